/** One scenario at growing distances, and the positions at which the ranking of the protocols changes. */
import { performance } from 'node:perf_hooks';
import type { Answer } from '../../calls/answers';
import type { ProtocolName } from '../../contract/protocol';
import type { Distance } from '../../wire/distance';
import { isExpectedAnswer } from '../equivalence/equal-answers';
import { shuffle } from '../latency/latency';
import { estimateRatio, judgeRatio, median, type Rounds, sum } from '../latency/statistics';
import type { Sweep } from '../run/result';
import type { Random, Scenario } from '../scenarios/support/scenario';

export interface SweepOptions {
  readonly over: Sweep['over'];
  readonly scenario: Scenario;
  readonly protocols: readonly ProtocolName[];
  /** One call through the relay, on an open connection. */
  readonly call: (protocol: ProtocolName, drawn: unknown) => Promise<Answer>;
  readonly draw: () => unknown;
  readonly setDistance: (distance: Distance) => Promise<void>;
  /** The distance outside the sweep: its other member stays fixed, and the whole is restored at the end. */
  readonly base: Distance;
  /** Decides the order of turns. */
  readonly random: Random;
  /** Ends the sweep at once; the result then holds the complete points. */
  readonly signal?: AbortSignal;
  /** Takes the share of the points that are done, 0 to 1. */
  readonly tick: (share: number) => void;
}

type Point = Sweep['points'][number];

export const SWEEP_AXES = {
  rtt: {
    unit: 'ms',
    at: [0, 1, 2, 5, 10, 20, 50, 100, 200],
    distance: (base: Distance, at: number) => ({ ...base, rttMs: at }),
    // Each round trip adds the same time, so latency is linear in the round-trip time.
    scale: (at: number) => at,
    callMs: (at: number) => 3 + at,
  },
  bandwidth: {
    unit: 'Mbit/s',
    at: [1, 2, 5, 10, 20, 50, 100, 1000],
    distance: (base: Distance, at: number) => ({ ...base, bandwidthMbit: at }),
    // Each byte adds the same time, so latency is linear in the time per byte, the inverse of the rate.
    scale: (at: number) => 1 / at,
    callMs: (at: number) => 3 + 100 / at,
  },
} as const;

/** The inputs are the same for every protocol and at every point, so that they do not cause a difference. */
const INPUT_COUNT = 3;
/** A round is one call through each protocol. A point has as many rounds as fit into TIME_MS, in multiples of INPUT_COUNT. */
const ROUNDS_MIN = 6;
const ROUNDS_MAX = 30;
const TIME_MS = 1500;
/** undici closes a connection that was idle for 4 seconds. After IDLE_MS, a call that is not timed opens it again. */
const IDLE_MS = 3000;

/** The approximate duration of a sweep, for a scenario of one round trip and 10 kB. */
export const sweepSeconds = (over: Sweep['over'], protocols: readonly ProtocolName[]): number => {
  const { at, callMs } = SWEEP_AXES[over];
  const pointsMs = at.map((position) => {
    const rounds = Math.max(ROUNDS_MIN, Math.min(ROUNDS_MAX, TIME_MS / callMs(position)));
    return rounds * callMs(position);
  });
  return (protocols.length * sum(pointsMs)) / 1000;
};

/** Rejects with an Error of one line if a call fails. */
export const sweepScenario = async (options: SweepOptions): Promise<Sweep> => {
  const { over, setDistance, base, signal, tick } = options;
  const { unit, at: positions, distance } = SWEEP_AXES[over];
  const drawn = Array.from({ length: INPUT_COUNT }, options.draw);
  const { promise: stopped, resolve: stop } = createDeferred();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const points: Point[] = [];
  const lastCallsMs = new Map<ProtocolName, number>();
  for (const at of positions) {
    if (signal?.aborted) break;
    await setDistance(distance(base, at));
    const measured = measurePoint(options, drawn, lastCallsMs, `at ${at} ${unit}`);
    const point = await Promise.race([measured, stopped]);
    if (point) points.push({ at, ...point });
    tick(points.length / positions.length);
  }
  signal?.removeEventListener('abort', stop);
  await setDistance(base);
  return { over, unit, points, crossovers: findCrossovers(points, over) };
};

const createDeferred = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = () => done();
  });
  return { promise, resolve };
};

const measurePoint = async (
  { scenario, protocols, call, random, signal }: SweepOptions,
  inputs: readonly unknown[],
  lastCallsMs: Map<ProtocolName, number>,
  position: string,
): Promise<Omit<Point, 'at'>> => {
  const timeCall = async (protocol: ProtocolName, input: unknown): Promise<number> => {
    signal?.throwIfAborted();
    const sentMs = performance.now();
    const answer = await call(protocol, input);
    const takenMs = performance.now() - sentMs;
    if (!isExpectedAnswer(scenario, answer)) {
      const reason = 'error' in answer ? answer.error.message : 'it succeeded';
      throw new Error(`${scenario.name} over ${protocol} failed ${position}: ${reason}`);
    }
    lastCallsMs.set(protocol, performance.now());
    return takenMs;
  };
  const rounds = new Map(protocols.map((protocol) => [protocol, [] as number[][]]));
  const begin = performance.now();
  const isEnough = (count: number): boolean =>
    count % INPUT_COUNT === 0 && (performance.now() - begin) / protocols.length >= TIME_MS;
  for (let count = 0; count < ROUNDS_MIN || (count < ROUNDS_MAX && !isEnough(count)); count += 1) {
    for (const protocol of shuffle(protocols, random)) {
      const idleMs = performance.now() - (lastCallsMs.get(protocol) ?? 0);
      if (idleMs > IDLE_MS || !lastCallsMs.has(protocol)) await timeCall(protocol, inputs[0]);
      rounds.get(protocol)?.push([await timeCall(protocol, inputs[count % INPUT_COUNT])]);
    }
  }
  return summarizePoint(rounds, random);
};

/** The medians, and the pairs of protocols whose difference may be noise. */
export const summarizePoint = (
  rounds: ReadonlyMap<ProtocolName, Rounds>,
  random: Random,
): Required<Omit<Point, 'at'>> => ({
  medianMs: Object.fromEntries(Array.from(rounds, ([protocol, times]) => [protocol, median(times.flat())])),
  alike: listPairs([...rounds.keys()]).filter(
    ([one, other]) =>
      judgeRatio(estimateRatio(rounds.get(one)!, rounds.get(other)!, random)) === 'no difference',
  ),
});

const listPairs = (protocols: readonly ProtocolName[]): [ProtocolName, ProtocolName][] =>
  protocols.flatMap((one, index) =>
    protocols.slice(index + 1).map((other): [ProtocolName, ProtocolName] => [one, other]),
  );

/** A smaller difference of medians counts as noise, whatever its interval is. */
const NOISE_SHARE = 0.05;

/**
 * The positions at which the sign of a difference changes, between two neighbouring points beyond noise. A position is the
 * zero of the straight line between the two: latency over the round-trip time, or over the time per byte.
 */
export const findCrossovers = (
  points: readonly Point[],
  over: Sweep['over'] = 'rtt',
): Sweep['crossovers'] => {
  const protocols = [...new Set(points.flatMap(({ medianMs }) => Object.keys(medianMs) as ProtocolName[]))];
  return listPairs(protocols).flatMap((pair) => findPairCrossovers(points, pair, SWEEP_AXES[over].scale));
};

const findPairCrossovers = (
  points: readonly Point[],
  [one, other]: [ProtocolName, ProtocolName],
  scale: (at: number) => number,
): Sweep['crossovers'] => {
  const clear = points.flatMap(({ at, medianMs: { [one]: first, [other]: second }, alike = [] }) => {
    if (first === undefined || second === undefined) return [];
    if (alike.some((pair) => pair.includes(one) && pair.includes(other))) return [];
    const difference = first - second;
    return Math.abs(difference) > NOISE_SHARE * Math.min(first, second) ? [{ at, difference }] : [];
  });
  return clear.slice(1).flatMap((right, index) => {
    const left = clear[index] as typeof right;
    if (Math.sign(left.difference) === Math.sign(right.difference)) return [];
    const share = left.difference / (left.difference - right.difference);
    const position = scale(left.at) + share * (scale(right.at) - scale(left.at));
    // Each scale is its own inverse.
    return [{ at: scale(position), protocols: right.difference > 0 ? [one, other] : [other, one] }];
  });
};
