/** Latency, unloaded: one call at a time, the contestants in turns and in random order, so that noise falls on all alike. */
import { performance } from 'node:perf_hooks';
import { type Answer, findDifferences } from '../../calls/answers';
import type { Random } from '../scenarios/support/scenario';
import { median, quantile } from './statistics';

/** Whatever is measured against others: for the comparison, a protocol. */
export interface Contestant<Drawn> {
  readonly name: string;
  readonly ask: (drawn: Drawn) => Promise<Answer>;
}

export interface LatencyOptions<Drawn> {
  readonly contestants: readonly Contestant<Drawn>[];
  readonly draw: () => Drawn;
  readonly succeeded: (answer: Answer) => boolean;
  /** Warm-up and timing together; the warm-up takes no more than 40% of it. */
  readonly seconds: number;
  readonly random: Random;
  /** Asked when the timing begins and when it has ended: the CPU time that each server has used so far. */
  readonly serverCpuUs?: (name: string) => Promise<number | undefined>;
  readonly signal?: AbortSignal;
  readonly tick?: (share: number) => void;
  /** After each timed round: what each one's calls took, in milliseconds. */
  readonly onRound?: (blocks: ReadonlyMap<string, readonly number[]>) => void;
}

export interface Timing {
  /** Milliseconds. All contestants have the same rounds, each with the same number of calls. */
  readonly rounds: number[][];
  errors: number;
  readonly warmupCalls: number;
  readonly warmupStable: boolean;
  /** Of this process while it asked, and of the server, per timed call. */
  readonly clientCpuUs: number;
  readonly serverCpuUs?: number;
}

export interface Timings {
  readonly byName: ReadonlyMap<string, Timing>;
  /** Answers that were compared, and what was found to differ. */
  readonly sampled: number;
  readonly differences: readonly string[];
}

/** Calls in a row through one contestant: more would let noise fall on one alone, fewer would not see its warm path. */
const BLOCK_MAX = 20;
/** Enough for the bootstrap to draw from; with fewer than the least, an interval would pretend to know what it does not. */
const ROUNDS_WANTED = 50;
export const ROUNDS_MIN = 8;
const WARMUP_SHARE = 0.4;
/** The warm-up is over when the medians of two windows of as many rounds are within this, or differ by no more than noise. */
const WINDOW = 5;
const STABLE_SHARE = 0.1;

/** One contestant's part in the run so far. */
class Entry<Drawn> {
  /** Of the warm-up too. */
  readonly blocks: number[][] = [];
  readonly rounds: number[][] = [];
  errors = 0;
  clientCpuUs = 0;
  warmup = { warmupCalls: 0, warmupStable: false };

  constructor(readonly contestant: Contestant<Drawn>) {}

  isStable(): boolean {
    if (this.blocks.length < 2 * WINDOW) return false;
    const before = computeNotch(this.blocks.slice(-2 * WINDOW, -WINDOW).flat());
    const recent = computeNotch(this.blocks.slice(-WINDOW).flat());
    const difference = Math.abs(recent.median - before.median);
    return difference <= Math.max(STABLE_SHARE * before.median, recent.notch + before.notch);
  }
}

/** Where the notches of two medians overlap, there is no evidence that they differ (McGill, Tukey and Larsen, 1978). */
const computeNotch = (values: readonly number[]): { median: number; notch: number } => {
  const spread = quantile(values, 0.75) - quantile(values, 0.25);
  return { median: median(values), notch: (1.57 * spread) / Math.sqrt(values.length) };
};

export const timeLatency = async <Drawn>(options: LatencyOptions<Drawn>): Promise<Timings> => {
  const { contestants, seconds, serverCpuUs, signal } = options;
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1000;
  const entries = contestants.map((contestant) => new Entry(contestant));
  const round = (calls: number, timed: boolean) => {
    options.tick?.(Math.min(1, elapsed() / seconds));
    return runRound(entries, calls, timed, options);
  };

  // The size of a round follows from how long the last one took: the first meet cold code.
  let calls = 1;
  let warmupCalls = 0;
  const isWarm = (): boolean =>
    entries.every((entry) => entry.isStable()) || elapsed() >= seconds * WARMUP_SHARE;
  do {
    const before = elapsed();
    await round(calls, false);
    warmupCalls += calls;
    const perCall = (elapsed() - before) / calls;
    const wanted = (seconds * (1 - WARMUP_SHARE)) / ROUNDS_WANTED / perCall;
    calls = Math.max(1, Math.min(BLOCK_MAX, 2 * calls, Math.floor(wanted)));
  } while (!isWarm() && !signal?.aborted);
  for (const entry of entries) entry.warmup = { warmupCalls, warmupStable: entry.isStable() };

  const cpuNow = () => Promise.all(contestants.map(({ name }) => serverCpuUs?.(name)));
  const cpuBegin = await cpuNow();
  const found: string[] = [];
  let sampled = 0;
  for (; (elapsed() < seconds || sampled < ROUNDS_MIN) && !signal?.aborted; sampled += 1) {
    const answers = await round(calls, true);
    if (!answers) break;
    if (found.length === 0) found.push(...findDifferences(answers));
    options.onRound?.(new Map(entries.map(({ contestant, rounds }) => [contestant.name, rounds.at(-1)!])));
  }
  const cpuEnd = signal?.aborted ? [] : await cpuNow();
  const perCall = (sum: number): number => sum / Math.max(1, sampled * calls);
  return {
    sampled,
    differences: found,
    byName: new Map(
      entries.map(({ contestant, rounds, errors, clientCpuUs, warmup }, index) => {
        const [from, to] = [cpuBegin[index], cpuEnd[index]];
        const server = from !== undefined && to !== undefined && { serverCpuUs: perCall(to - from) };
        return [contestant.name, { rounds, errors, ...warmup, clientCpuUs: perCall(clientCpuUs), ...server }];
      }),
    ),
  };
};

/**
 * A block of calls through each contestant, all with the same questions. Gives each one's answer to one question drawn by
 * lot, to be compared; undefined where the run was aborted, and then nothing of the round is kept but its errors.
 */
const runRound = async <Drawn>(
  entries: readonly Entry<Drawn>[],
  calls: number,
  timed: boolean,
  { draw, random, signal, succeeded }: LatencyOptions<Drawn>,
): Promise<Map<string, Answer> | undefined> => {
  const questions = Array.from({ length: calls }, draw);
  const sample = Math.floor(random() * calls);
  const answers = new Map<string, Answer>();
  const blocks = new Map<Entry<Drawn>, number[]>();
  for (const entry of shuffle(entries, random)) {
    const block: number[] = [];
    const cpu = process.cpuUsage();
    for (const [index, drawn] of questions.entries()) {
      if (signal?.aborted) return undefined;
      const sent = performance.now();
      const answer = await entry.contestant.ask(drawn);
      block.push(performance.now() - sent);
      if (timed && !succeeded(answer)) entry.errors += 1;
      if (index === sample) answers.set(entry.contestant.name, answer);
    }
    const { user, system } = process.cpuUsage(cpu);
    if (timed) entry.clientCpuUs += user + system;
    blocks.set(entry, block);
  }
  for (const [entry, block] of blocks) {
    entry.blocks.push(block);
    if (timed) entry.rounds.push(block);
  }
  return answers;
};

/** Fisher and Yates: every order is as likely as every other. */
export const shuffle = <T>(items: readonly T[], random: Random): T[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
};
