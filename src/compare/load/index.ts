/**
 * One scenario under load, in two separate measurements: capacity by a closed loop, then latency by an open loop. The rates
 * of the open loop are shares of the slowest protocol's capacity, so that all protocols have the same rates.
 */
import type { ProtocolName } from '../../contract/protocol';
import { shuffle } from '../latency/latency';
import type { CapacityStep, LoadResult, OpenLoop } from '../run/result';
import type { Random, Scenario } from '../scenarios/support/scenario';
import { measureCapacity, WARMUP_SECONDS, warmUp } from './closed-loop';
import { measureOpenLoop } from './open-loop';
import { explainNotReplayable, type Recordings, recordExchanges } from './record';
import { createReplayTarget } from './replay';
import type { LoadTarget } from './target';

const CONCURRENCIES: readonly number[] = [1, 2, 4, 8, 16, 32, 64];
const SHARES: readonly number[] = [0.25, 0.5, 0.75, 0.9];
/** The limit in the open loop, as a busy client or proxy would set it. */
const CONNECTIONS = 64;
const GENERATOR_BUSY_MAX = 0.9;

interface LoadPlan {
  readonly protocols: readonly ProtocolName[];
  readonly secondsPerStep: number;
  readonly secondsPerRate: number;
  /** Shares of the capacity of the slowest protocol. */
  readonly shares?: readonly number[];
  readonly concurrencies?: readonly number[];
  /** The warm-up before each step and each rate. */
  readonly warmupSeconds?: number;
}

export interface LoadOptions extends LoadPlan {
  readonly scenario: Scenario;
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  /** The inputs, whose recorded requests are sent repeatedly. */
  readonly draws: readonly unknown[];
  /** Decides only the order of the protocols. */
  readonly random: Random;
  /** Ends the load at once; the result then holds the complete measurements. */
  readonly signal?: AbortSignal;
  /** Takes the share of the work that is done, 0 to 1. */
  readonly tick?: (share: number) => void;
}

/** The approximate duration of `measureLoad`. */
export const loadSeconds = (plan: LoadPlan): number => {
  const { protocols, shares = SHARES, concurrencies = CONCURRENCIES, warmupSeconds = WARMUP_SECONDS } = plan;
  const closed = concurrencies.length * (warmupSeconds + plan.secondsPerStep);
  return protocols.length * (closed + shares.length * (warmupSeconds + plan.secondsPerRate));
};

/** Throws an Error of one line if a server is not reachable. If it stops responding later, its rows are void. */
export const measureLoad = async (
  options: LoadOptions,
): Promise<{ load: LoadResult } | { noLoad: string }> => {
  const { scenario, addresses, protocols, draws, warmupSeconds = WARMUP_SECONDS, tick } = options;
  const noLoad = explainNotReplayable(scenario, draws[0]);
  if (noLoad !== undefined) return { noLoad };
  const recorded = await recordExchanges(scenario, addresses, protocols, draws);
  if ('noLoad' in recorded) return recorded;
  const total = loadSeconds(options);
  let done = 0;
  const progress = (seconds: number): void => {
    done += warmupSeconds + seconds;
    tick?.(Math.min(1, done / total));
  };
  const capacity = await measureCapacities(options, recorded.recordings, progress);
  const open = await measureOpenLoops(options, recorded.recordings, capacity, progress);
  return { load: { capacity, open } };
};

type Progress = (seconds: number) => void;
type Capacity = LoadResult['capacity'][number];

const measureCapacities = async (
  options: LoadOptions,
  recordings: Recordings,
  progress: Progress,
): Promise<Capacity[]> => {
  const { protocols, concurrencies = CONCURRENCIES, random, signal } = options;
  const { secondsPerStep: seconds, warmupSeconds } = options;
  const steps = new Map<ProtocolName, CapacityStep[]>(protocols.map((protocol) => [protocol, []]));
  const voids = new Map<ProtocolName, string>();
  for (const concurrency of concurrencies) {
    for (const protocol of shuffle(protocols, random)) {
      if (signal?.aborted) break;
      const known = steps.get(protocol) ?? [];
      if ((known.at(-1)?.errors ?? 0) === 0) {
        const measured = await measureTarget(options, recordings, protocol, concurrency, (target) =>
          measureCapacity(target, { concurrency, seconds, warmupSeconds, signal }),
        );
        if (signal?.aborted) break;
        known.push(measured.step);
        if (measured.void !== undefined) voids.set(protocol, measured.void);
      }
      progress(seconds);
    }
  }
  return protocols.flatMap((protocol) =>
    summarizeCapacity(protocol, steps.get(protocol) ?? [], voids.get(protocol)),
  );
};

const summarizeCapacity = (protocol: ProtocolName, steps: CapacityStep[], reason?: string): Capacity[] => {
  const [first, ...others] = steps;
  if (!first) return [];
  const best = others.reduce((most, step) => (step.perSecond > most.perSecond ? step : most), first);
  return [
    {
      protocol,
      perSecond: best.perSecond,
      limitedBy: best.generatorBusy > GENERATOR_BUSY_MAX ? 'generator' : 'server',
      steps,
      ...(reason !== undefined && { void: reason }),
    },
  ];
};

/** Leaves out a protocol whose capacity is void, as the rates depend on the capacity. */
const measureOpenLoops = async (
  options: LoadOptions,
  recordings: Recordings,
  capacity: readonly Capacity[],
  progress: Progress,
): Promise<OpenLoop[]> => {
  const { shares = SHARES, random, signal, warmupSeconds, secondsPerRate: seconds } = options;
  const valid = capacity.filter((row) => row.void === undefined);
  const slowest = Math.min(...valid.map(({ perSecond }) => perSecond));
  const protocols = valid.map(({ protocol }) => protocol);
  const rows: OpenLoop[] = [];
  for (const share of shares) {
    const atThisRate = new Map<ProtocolName, OpenLoop>();
    for (const protocol of shuffle(protocols, random)) {
      if (signal?.aborted) break;
      const measured = await measureTarget(options, recordings, protocol, CONNECTIONS, async (target) => {
        await warmUp(target, { concurrency: CONNECTIONS, warmupSeconds, signal });
        return measureOpenLoop(target, { ratePerSecond: share * slowest, seconds, signal });
      });
      if (!signal?.aborted) atThisRate.set(protocol, { protocol, share, ...measured });
      progress(seconds);
    }
    rows.push(...protocols.flatMap((protocol) => atThisRate.get(protocol) ?? []));
  }
  return rows;
};

const measureTarget = async <T>(
  { addresses }: LoadOptions,
  recordings: Recordings,
  protocol: ProtocolName,
  connections: number,
  measure: (target: LoadTarget) => Promise<T>,
): Promise<T> => {
  const target = createReplayTarget(protocol, addresses[protocol]!, recordings.get(protocol)!, connections);
  try {
    return await measure(target);
  } finally {
    await target.close();
  }
};
