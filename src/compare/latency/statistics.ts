/**
 * Estimates from interleaved samples. Calls of one round share its noise, so the bootstrap redraws rounds and not calls.
 * It draws a round for all contestants at once, so that noise that affects all of them cancels out of their ratios
 * (Efron and Tibshirani, An Introduction to the Bootstrap, chapters 8 and 13).
 */
import type { Random } from '../scenarios/support/scenario';

/** Values by round: the values of one round were measured one after the other. */
export type Rounds = readonly (readonly number[])[];

export interface Estimate {
  value: number;
  /** The 95% interval, by percentiles of the bootstrap. */
  interval: [number, number];
}

const RESAMPLES = 1000;

const QUANTILES = { median: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
type QuantileName = keyof typeof QUANTILES;
const NAMES = Object.keys(QUANTILES) as QuantileName[];
const SHARES = Object.values(QUANTILES);

export interface Estimates {
  readonly quantiles: Readonly<Record<QuantileName, Estimate>>;
  readonly max: number;
  /** The ratio of the median to the base's; absent for the base itself. */
  readonly toBase?: Estimate;
  /** The ratio of the median to the lowest median. */
  readonly toFastest: Estimate;
}

/**
 * `repeats` holds the repeat of each round. With several repeats, the bootstrap draws repeats first and then rounds within
 * them, as two runs of the same program differ by more than two rounds of one run. All contestants have the same rounds,
 * and every contestant has values in every round.
 */
export const estimateLatencies = (
  contestants: ReadonlyMap<string, Rounds>,
  base: string,
  random: Random,
  repeats?: readonly number[],
): Map<string, Estimates> => {
  const sorted = new Map(Array.from(contestants, ([name, rounds]) => [name, sortByValue(rounds)]));
  const roundCount = Math.max(0, ...Array.from(contestants.values(), (rounds) => rounds.length));
  const ones = new Array<number>(roundCount).fill(1);
  const points = computeQuantiles(sorted, ones);
  const fastest = [...points].reduce((least, one) => (one[1][0]! < least[1][0]! ? one : least))[0];
  const groups = groupRoundsByRepeat(repeats ?? new Array<number>(roundCount).fill(0));
  const replicas = Array.from({ length: RESAMPLES }, () =>
    computeQuantiles(sorted, drawRoundWeights(groups, roundCount, random)),
  );
  const estimateFigure = (read: (quantiles: ReadonlyMap<string, readonly number[]>) => number): Estimate =>
    widenForFewRepeats({ value: read(points), interval: computeInterval(replicas.map(read)) }, groups.length);
  return new Map(
    Array.from(sorted, ([name, { values }]) => {
      const quantileAt = (index: number): Estimate =>
        estimateFigure((quantiles) => quantiles.get(name)![index]!);
      const ratioTo = (other: string): Estimate =>
        estimateFigure((quantiles) => quantiles.get(name)![0]! / quantiles.get(other)![0]!);
      return [
        name,
        {
          quantiles: Object.fromEntries(NAMES.map((quantile, index) => [quantile, quantileAt(index)])),
          max: values.at(-1) ?? Number.NaN,
          ...(name !== base && contestants.has(base) && { toBase: ratioTo(base) }),
          toFastest: ratioTo(fastest),
        } as Estimates,
      ];
    }),
  );
};

/** Student's t at 97.5% for 1, 2, 3 ... degrees of freedom; the normal distribution's is 1.96. */
const STUDENT_T = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

/**
 * The bootstrap interval of few repeats is too narrow, as it estimates their spread from those few. So it is widened on the
 * log scale by Student's t and the degrees of freedom (Hesterberg, 2015, section 3.3).
 */
const widenForFewRepeats = ({ value, interval: [low, high] }: Estimate, repeats: number): Estimate => {
  if (repeats === 1) return { value, interval: [low, high] };
  const factor = ((STUDENT_T[repeats - 2] ?? 2) / 1.96) * Math.sqrt(repeats / (repeats - 1));
  return { value, interval: [value * (low / value) ** factor, value * (high / value) ** factor] };
};

/** The median of all values, with its interval. */
export const estimateMedian = (rounds: Rounds, random: Random): Estimate =>
  estimateLatencies(new Map([['it', rounds]]), 'it', random).get('it')!.quantiles.median;

/** The ratio of the median of `rounds` to that of `baseRounds`, measured in the same rounds. */
export const estimateRatio = (rounds: Rounds, baseRounds: Rounds, random: Random): Estimate =>
  estimateLatencies(
    new Map([
      ['it', rounds],
      ['base', baseRounds],
    ]),
    'base',
    random,
  ).get('it')!.toBase!;

export const judgeRatio = ({
  value,
  interval: [low, high],
}: Estimate): 'faster' | 'slower' | 'no difference' => {
  if (low <= 1 && high >= 1) return 'no difference';
  return value < 1 ? 'faster' : 'slower';
};

/** The smallest value with at least this share of all values at or below it. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** If the notches of two medians overlap, there is no evidence that they differ (McGill, Tukey and Larsen, 1978). */
export const computeNotch = (values: readonly number[]): { median: number; notch: number } => {
  const spread = quantile(values, 0.75) - quantile(values, 0.25);
  return { median: median(values), notch: (1.57 * spread) / Math.sqrt(values.length) };
};

interface Sorted {
  readonly values: Float64Array;
  /** The round of each value. */
  readonly rounds: Uint32Array;
}

const sortByValue = (rounds: Rounds): Sorted => {
  const pairs = rounds.flatMap((values, round) => values.map((value): [number, number] => [value, round]));
  pairs.sort(([one], [other]) => one - other);
  return {
    values: Float64Array.from(pairs, ([value]) => value),
    rounds: Uint32Array.from(pairs, ([, round]) => round),
  };
};

const groupRoundsByRepeat = (repeats: readonly number[]): number[][] =>
  [...new Set(repeats)].map((repeat) => repeats.flatMap((other, round) => (other === repeat ? [round] : [])));

/** The number of times that each round is drawn. */
const drawRoundWeights = (groups: readonly number[][], roundCount: number, random: Random): number[] => {
  const weights = new Array<number>(roundCount).fill(0);
  const below = (limit: number): number => (random() * limit) | 0;
  for (const _ of groups) {
    const group = groups[below(groups.length)]!;
    for (const _round of group) weights[group[below(group.length)]!]! += 1;
  }
  return weights;
};

const computeQuantiles = (sorted: ReadonlyMap<string, Sorted>, weights: readonly number[]) =>
  new Map(Array.from(sorted, ([name, values]) => [name, computeWeightedQuantiles(values, weights)]));

const computeWeightedQuantiles = ({ values, rounds }: Sorted, weights: readonly number[]): number[] => {
  let total = 0;
  for (const round of rounds) total += weights[round]!;
  const quantiles: number[] = [];
  let below = 0;
  for (let index = 0; index < values.length; index += 1) {
    below += weights[rounds[index]!]!;
    while (below >= SHARES[quantiles.length]! * total) quantiles.push(values[index]!);
    if (quantiles.length === SHARES.length) break;
  }
  return quantiles;
};

const computeInterval = (replicas: readonly number[]): [number, number] => {
  const sorted = Float64Array.from(replicas).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return [at(0.025), at(0.975)];
};
