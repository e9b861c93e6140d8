/** Latency without load: one call at a time, the contestants in turns and in random order, so that noise affects all alike. */
import { performance } from 'node:perf_hooks';
import { type Answer, findDifferences } from '../../calls/answers';
import type { Random } from '../scenarios/support/scenario';
import { computeNotch, sum } from './statistics';

/** One of the alternatives to measure: in a comparison, a protocol. */
export interface Contestant<Drawn> {
  readonly name: string;
  readonly call: (drawn: Drawn) => Promise<Answer>;
}

export interface LatencyOptions<Drawn> {
  readonly contestants: readonly Contestant<Drawn>[];
  readonly draw: () => Drawn;
  readonly succeeded: (answer: Answer) => boolean;
  /** Warm-up and timing together; the warm-up takes at most 40% of it. */
  readonly seconds: number;
  readonly random: Random;
  /** The CPU time that a server has used so far, in microseconds; read before and after the timing. */
  readonly serverCpuUs?: (name: string) => Promise<number | undefined>;
  readonly signal?: AbortSignal;
  readonly tick?: (share: number) => void;
  /** Called after each timed round with the latencies of each contestant, in milliseconds. */
  readonly onRound?: (blocks: ReadonlyMap<string, readonly number[]>) => void;
}

export interface Timing {
  /** Milliseconds. All contestants have the same rounds, each with the same number of calls. */
  readonly rounds: readonly (readonly number[])[];
  readonly errors: number;
  readonly warmupCalls: number;
  readonly warmupStable: boolean;
  /** CPU time of this process and of the server, per timed call. */
  readonly clientCpuUs: number;
  readonly serverCpuUs?: number;
}

export interface Timings {
  readonly byName: ReadonlyMap<string, Timing>;
  /** The number of answers of each contestant that were compared, and the differences found. */
  readonly sampled: number;
  readonly differences: readonly string[];
}

/** Calls in a row through one contestant: with more, noise would affect one alone; with fewer, its path would not stay warm. */
const BLOCK_MAX = 20;
/** Enough rounds for the bootstrap. With fewer than the minimum, an interval would claim more than the samples show. */
const ROUNDS_WANTED = 50;
export const ROUNDS_MIN = 8;
const WARMUP_SHARE = 0.4;
/** The warm-up ends when the medians of two windows of rounds differ by at most this share, or by no more than noise. */
const WINDOW = 5;
const STABLE_SHARE = 0.1;

/** The calls of one contestant in one round. */
interface Block {
  readonly latenciesMs: readonly number[];
  readonly errors: number;
  readonly clientCpuUs: number;
  /** The answer to the input that the round compares; absent if the run was aborted before. */
  readonly sample?: Answer;
}

interface Round {
  readonly blocks: ReadonlyMap<string, Block>;
  /** False if the run was aborted within the round: its latencies are then left out. */
  readonly isComplete: boolean;
}

export const timeLatency = async <Drawn>(options: LatencyOptions<Drawn>): Promise<Timings> => {
  const { contestants, seconds, signal, serverCpuUs, onRound } = options;
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1000;
  const { calls, ...warmup } = await warmUp(options, elapsed);

  const readServerCpu = () => Promise.all(contestants.map(({ name }) => serverCpuUs?.(name)));
  const cpuBefore = await readServerCpu();
  const blocks = new Map(contestants.map(({ name }) => [name, [] as Block[]]));
  let sampled = 0;
  let differences: readonly string[] = [];
  while ((elapsed() < seconds || sampled < ROUNDS_MIN) && !signal?.aborted) {
    options.tick?.(Math.min(1, elapsed() / seconds));
    const round = await runRound(options, calls);
    for (const [name, { sample: _, ...block }] of round.blocks) blocks.get(name)?.push(block);
    if (!round.isComplete) break;
    sampled += 1;
    if (differences.length === 0) differences = findDifferences(pickSamples(round));
    onRound?.(new Map(contestants.map(({ name }) => [name, round.blocks.get(name)!.latenciesMs])));
  }
  const cpuAfter = signal?.aborted ? [] : await readServerCpu();

  const perCall = (total: number): number => total / Math.max(1, sampled * calls);
  const timings = contestants.map(({ name }, index): [string, Timing] => {
    const own = blocks.get(name)!;
    const [from, to] = [cpuBefore[index], cpuAfter[index]];
    return [
      name,
      {
        rounds: own.slice(0, sampled).map(({ latenciesMs }) => latenciesMs),
        errors: sum(own.map(({ errors }) => errors)),
        warmupCalls: warmup.calledTimes,
        warmupStable: warmup.stable.has(name),
        clientCpuUs: perCall(sum(own.map(({ clientCpuUs }) => clientCpuUs))),
        ...(from !== undefined && to !== undefined && { serverCpuUs: perCall(to - from) }),
      },
    ];
  });
  return { sampled, differences, byName: new Map(timings) };
};

interface WarmUp {
  /** The number of calls in each block from now on. */
  readonly calls: number;
  /** The number of calls through each contestant so far. */
  readonly calledTimes: number;
  /** The contestants whose medians had stabilised. */
  readonly stable: ReadonlySet<string>;
}

/** Runs rounds until all medians are stable, or the time is over. The duration of a round decides the size of the next. */
const warmUp = async <Drawn>(options: LatencyOptions<Drawn>, elapsed: () => number): Promise<WarmUp> => {
  const { contestants, seconds, signal } = options;
  const rounds: Round[] = [];
  let calls = 1;
  let calledTimes = 0;
  for (;;) {
    options.tick?.(Math.min(1, elapsed() / seconds));
    const before = elapsed();
    const round = await runRound(options, calls);
    if (round.isComplete) rounds.push(round);
    calledTimes += calls;
    const secondsPerCall = (elapsed() - before) / calls;
    const wanted = (seconds * (1 - WARMUP_SHARE)) / ROUNDS_WANTED / secondsPerCall;
    calls = Math.max(1, Math.min(BLOCK_MAX, 2 * calls, Math.floor(wanted)));
    const stable = new Set(contestants.map(({ name }) => name).filter((name) => isStable(rounds, name)));
    const isOver = stable.size === contestants.length || elapsed() >= seconds * WARMUP_SHARE;
    if (isOver || signal?.aborted) return { calls, calledTimes, stable };
  }
};

const isStable = (rounds: readonly Round[], name: string): boolean => {
  if (rounds.length < 2 * WINDOW) return false;
  const latencies = rounds.slice(-2 * WINDOW).map(({ blocks }) => blocks.get(name)!.latenciesMs);
  const before = computeNotch(latencies.slice(0, WINDOW).flat());
  const recent = computeNotch(latencies.slice(WINDOW).flat());
  const difference = Math.abs(recent.median - before.median);
  return difference <= Math.max(STABLE_SHARE * before.median, recent.notch + before.notch);
};

/** One block of calls through each contestant, all with the same inputs. The answers to one random input are compared. */
const runRound = async <Drawn>(options: LatencyOptions<Drawn>, calls: number): Promise<Round> => {
  const { contestants, draw, random, signal } = options;
  const inputs = Array.from({ length: calls }, draw);
  const sampleIndex = Math.floor(random() * calls);
  const blocks = new Map<string, Block>();
  for (const contestant of shuffle(contestants, random)) {
    const block = await runBlock(contestant, inputs, sampleIndex, options);
    blocks.set(contestant.name, block);
    if (signal?.aborted && block.latenciesMs.length < calls) return { blocks, isComplete: false };
  }
  return { blocks, isComplete: true };
};

const runBlock = async <Drawn>(
  { call }: Contestant<Drawn>,
  inputs: readonly Drawn[],
  sampleIndex: number,
  { signal, succeeded }: LatencyOptions<Drawn>,
): Promise<Block> => {
  const latenciesMs: number[] = [];
  let errors = 0;
  let sample: Answer | undefined;
  const cpu = process.cpuUsage();
  for (const [index, drawn] of inputs.entries()) {
    if (signal?.aborted) break;
    const sentMs = performance.now();
    const answer = await call(drawn);
    latenciesMs.push(performance.now() - sentMs);
    if (!succeeded(answer)) errors += 1;
    if (index === sampleIndex) sample = answer;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { latenciesMs, errors, clientCpuUs: user + system, ...(sample && { sample }) };
};

const pickSamples = ({ blocks }: Round): Map<string, Answer> =>
  new Map(Array.from(blocks, ([name, { sample }]) => [name, sample!]));

/** Fisher and Yates: every order is equally likely. */
export const shuffle = <T>(items: readonly T[], random: Random): T[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
};
