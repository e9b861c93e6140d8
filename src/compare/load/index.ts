/**
 * One scenario under load, in the two ways that must not be mixed up: capacity by a closed loop, then latency by an open
 * loop at shares of the slowest protocol's capacity, so that all are asked at the same rates.
 */
import type { ProtocolName } from '../../contract/protocol';
import type { CapacityStep, LoadResult, OpenLoop } from '../run/result';
import type { Random, Scenario } from '../scenarios/support/scenario';
import { measureCapacity, WARMUP_SECONDS, warmUp } from './closed-loop';
import { measureOpenLoop } from './open-loop';
import { explainNotReplayable, type Recordings, recordExchanges } from './record';
import { createReplayTarget } from './replay';
import type { LoadTarget } from './target';

const CONCURRENCIES: readonly number[] = [1, 2, 4, 8, 16, 32, 64];
const SHARES: readonly number[] = [0.25, 0.5, 0.75, 0.9];
/** At most, in the open loop: what a busy client or proxy would keep. */
const CONNECTIONS = 64;
const GENERATOR_BUSY_MAX = 0.9;

interface LoadPlan {
  readonly protocols: readonly ProtocolName[];
  readonly secondsPerStep: number;
  readonly secondsPerRate: number;
  /** Of the capacity of the slowest protocol. */
  readonly shares?: readonly number[];
  readonly concurrencies?: readonly number[];
  /** Before each step and each rate. */
  readonly warmupSeconds?: number;
}

export interface LoadOptions extends LoadPlan {
  readonly scenario: Scenario;
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  /** The inputs whose requests are sent over and over. */
  readonly draws: readonly unknown[];
  /** Decides the order of the protocols, and nothing else. */
  readonly random: Random;
  /** Ends the load at once; what was measured to its end is returned. */
  readonly signal?: AbortSignal;
  /** Takes the share of the work that is done. */
  readonly tick?: (share: number) => void;
}

/** About how long `measureLoad` takes. */
export const loadSeconds = (plan: LoadPlan): number => {
  const { protocols, shares = SHARES, concurrencies = CONCURRENCIES, warmupSeconds = WARMUP_SECONDS } = plan;
  const closed = concurrencies.length * (warmupSeconds + plan.secondsPerStep);
  return protocols.length * (closed + shares.length * (warmupSeconds + plan.secondsPerRate));
};

/** Throws an Error of one line where a server does not answer at all; where it stops to later, its rows are void. */
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
    for (const protocol of shuffled(protocols, random)) {
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

/** Protocols whose capacity is void are left out: the rates would mean nothing to them. */
const measureOpenLoops = async (
  options: LoadOptions,
  recordings: Recordings,
  capacity: readonly Capacity[],
  progress: Progress,
): Promise<OpenLoop[]> => {
  const { shares = SHARES, random, signal, warmupSeconds, secondsPerRate: seconds } = options;
  const sound = capacity.filter((row) => row.void === undefined);
  const slowest = Math.min(...sound.map(({ perSecond }) => perSecond));
  const protocols = sound.map(({ protocol }) => protocol);
  const rows: OpenLoop[] = [];
  for (const share of shares) {
    const atThisRate = new Map<ProtocolName, OpenLoop>();
    for (const protocol of shuffled(protocols, random)) {
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

const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map((item) => [random(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
