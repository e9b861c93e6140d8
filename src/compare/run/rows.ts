/** Builds the rows of a result from the samples. */
import type { ProtocolName } from '../../contract/protocol';
import { ROUNDS_MIN, type Timing, type Timings } from '../latency/latency';
import { type Estimates, estimateLatencies, judgeRatio } from '../latency/statistics';
import type { Random } from '../scenarios/support/scenario';
import type { ScenarioBytes } from './measurement';
import type { Row } from './result';

/** Bins of the histogram grow by 2%: finer than any plot, and far fewer than the samples. */
const BIN_GROWTH = 1.02;

export interface RowsOptions {
  /** One for each repeat. */
  readonly timings: readonly Timings[];
  readonly bytes: ScenarioBytes;
  /** The first is the base of the ratios. */
  readonly protocols: readonly ProtocolName[];
  readonly random: Random;
  readonly raw: boolean;
}

export const buildRows = ({ timings, bytes, protocols, random, raw }: RowsOptions): Row[] => {
  const measured = timings.filter(({ sampled }) => sampled > 0);
  const [base] = protocols;
  if (measured.length === 0 || base === undefined) return [];
  const timingsOf = (name: string): Timing[] => measured.map(({ byName }) => byName.get(name)!);
  const rounds = new Map(protocols.map((name) => [name, timingsOf(name).flatMap((timing) => timing.rounds)]));
  const repeats = timingsOf(base).flatMap((timing, repeat) => timing.rounds.map(() => repeat));
  const estimates = estimateLatencies(rounds, base, random, repeats);
  const sampled = measured.reduce((sum, timing) => sum + timing.sampled, 0);
  const differ = measured.some(({ differences }) => differences.length > 0);
  return protocols.map((protocol) => {
    const all = rounds.get(protocol)!;
    const row = buildRow(protocol, timingsOf(protocol), all.flat(), estimates.get(protocol)!);
    const reason = findVoidReason(row, all.length, differ);
    return {
      ...row,
      sampled,
      ...(reason !== undefined && { void: reason }),
      ...bytes[protocol],
      ...(raw && { rawMs: timingsOf(protocol).map(({ rounds }) => rounds.map((round) => [...round])) }),
    };
  });
};

const findVoidReason = ({ errors, calls }: Row, rounds: number, differ: boolean): string | undefined => {
  if (errors > 0) return `${errors} of ${calls} calls failed`;
  if (differ) return 'the answers differed while they were timed';
  return rounds < ROUNDS_MIN
    ? `only ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, fewer than the minimum of ${ROUNDS_MIN}`
    : undefined;
};

const buildRow = (
  protocol: ProtocolName,
  timings: readonly Timing[],
  latencies: readonly number[],
  { quantiles, max, toBase, toFastest }: Estimates,
): Row => {
  const mean = (value: (timing: Timing) => number | undefined): number =>
    timings.reduce((sum, timing) => sum + (value(timing) ?? 0), 0) / timings.length;
  const sum = (value: (timing: Timing) => number): number => mean(value) * timings.length;
  const hasServer = timings.every(({ serverCpuUs }) => serverCpuUs !== undefined);
  return {
    protocol,
    calls: latencies.length,
    errors: sum(({ errors }) => errors),
    sampled: 0,
    warmupCalls: sum(({ warmupCalls }) => warmupCalls),
    warmupStable: timings.every(({ warmupStable }) => warmupStable),
    latencyMs: { ...quantiles, max },
    ...(toBase && { toBase, verdict: judgeRatio(toBase) }),
    toFastest,
    histogram: buildHistogram(latencies),
    clientCpuUs: mean(({ clientCpuUs }) => clientCpuUs),
    ...(hasServer && { serverCpuUs: mean(({ serverCpuUs }) => serverCpuUs) }),
  };
};

const buildHistogram = (latencies: readonly number[]): [number, number][] => {
  const counts = new Map<number, number>();
  for (const latency of latencies) {
    const bin = Math.ceil(Math.log(latency) / Math.log(BIN_GROWTH));
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => one - other).map(([bin, count]) => [BIN_GROWTH ** bin, count]);
};
