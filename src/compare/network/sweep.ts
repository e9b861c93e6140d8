/** One scenario at growing distances: where the ranking of the protocols crosses over. */
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
  /** One call through the relay, on a connection that is open. */
  readonly ask: (protocol: ProtocolName, drawn: unknown) => Promise<Answer>;
  readonly draw: () => unknown;
  readonly setDistance: (distance: Distance) => Promise<void>;
  /** What is not swept keeps its value; it is set again at the end. */
  readonly base: Distance;
  /** Decides the order of turns. */
  readonly random: Random;
  /** Ends the sweep at once; the points that are complete are returned. */
  readonly signal?: AbortSignal;
  /** What share of the points is done, 0 to 1. */
  readonly tick: (share: number) => void;
}

type Point = Sweep['points'][number];

export const SWEEP_AXES = {
  rtt: {
    unit: 'ms',
    at: [0, 1, 2, 5, 10, 20, 50, 100, 200],
    distance: (base: Distance, at: number) => ({ ...base, rttMs: at }),
    // Each round trip adds the same, so latency is linear in the time of one.
    scale: (at: number) => at,
    callMs: (at: number) => 3 + at,
  },
  bandwidth: {
    unit: 'Mbit/s',
    at: [1, 2, 5, 10, 20, 50, 100, 1000],
    distance: (base: Distance, at: number) => ({ ...base, bandwidthMbit: at }),
    // Each byte adds the same, so latency is linear in the time of one, which is the inverse of the rate.
    scale: (at: number) => 1 / at,
    callMs: (at: number) => 3 + 100 / at,
  },
} as const;

/** The same for every protocol and at every point, in turn, so that a slow one is not judged by other questions. */
const INPUT_COUNT = 3;
/** In a round each protocol is asked one question. There are as many as fit into this time, in whole turns of the questions. */
const ROUNDS_MIN = 6;
const ROUNDS_MAX = 30;
const TIME_MS = 1500;
/** undici closes what has idled for 4 seconds; then a call that is not timed opens it anew. */
const IDLE_MS = 3000;

/** How long a sweep takes, about: for a scenario of one round trip and 10 kB. */
export const sweepSeconds = (over: Sweep['over'], protocols: readonly ProtocolName[]): number => {
  const { at, callMs } = SWEEP_AXES[over];
  const pointsMs = at.map((position) => {
    const rounds = Math.max(ROUNDS_MIN, Math.min(ROUNDS_MAX, TIME_MS / callMs(position)));
    return rounds * callMs(position);
  });
  return (protocols.length * sum(pointsMs)) / 1000;
};

/** Rejects with an Error of one line where a call fails. */
export const sweepScenario = async (options: SweepOptions): Promise<Sweep> => {
  const { over, setDistance, base, signal, tick } = options;
  const { unit, at: positions, distance } = SWEEP_AXES[over];
  const drawn = Array.from({ length: INPUT_COUNT }, options.draw);
  const { promise: stopped, resolve: stop } = createDeferred();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const points: Point[] = [];
  const answered = new Map<ProtocolName, number>();
  for (const at of positions) {
    if (signal?.aborted) break;
    await setDistance(distance(base, at));
    const measured = measurePoint(options, drawn, answered, `at ${at} ${unit}`);
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
  { scenario, protocols, ask, random, signal }: SweepOptions,
  drawn: readonly unknown[],
  answered: Map<ProtocolName, number>,
  where: string,
): Promise<Omit<Point, 'at'>> => {
  const call = async (protocol: ProtocolName, question: unknown): Promise<number> => {
    signal?.throwIfAborted();
    const sent = performance.now();
    const answer = await ask(protocol, question);
    const takenMs = performance.now() - sent;
    if (!isExpectedAnswer(scenario, answer)) {
      const found = 'error' in answer ? answer.error.message : 'it succeeded';
      throw new Error(`${scenario.name} over ${protocol} failed ${where}: ${found}`);
    }
    answered.set(protocol, performance.now());
    return takenMs;
  };
  const rounds = new Map(protocols.map((protocol) => [protocol, [] as number[][]]));
  const begin = performance.now();
  const enough = (count: number): boolean =>
    count % INPUT_COUNT === 0 && (performance.now() - begin) / protocols.length >= TIME_MS;
  for (let count = 0; count < ROUNDS_MIN || (count < ROUNDS_MAX && !enough(count)); count += 1) {
    for (const protocol of shuffle(protocols, random)) {
      const idledMs = performance.now() - (answered.get(protocol) ?? 0);
      if (idledMs > IDLE_MS || !answered.has(protocol)) await call(protocol, drawn[0]);
      rounds.get(protocol)?.push([await call(protocol, drawn[count % INPUT_COUNT])]);
    }
  }
  return summarizePoint(rounds, random);
};

/** The medians, and whose difference may be noise. */
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

/** Of medians, below which a difference is taken for noise, whatever its interval says. */
const NOISE_SHARE = 0.05;

/**
 * Where the sign of a difference changes, from one point beyond noise to the next such point. The position is where a
 * straight line between the two is zero: of latency over the round trip, or over the time a byte takes.
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
