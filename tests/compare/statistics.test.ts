/** The estimates against samples with known true values. Every draw comes from a printed seed. */

import {
  estimateLatencies,
  estimateMedian,
  estimateRatio,
  judgeRatio,
  quantile,
} from '../../src/compare/latency/statistics';
import { createRandom } from '../../src/compare/scenarios/support/random';

const SEED = Number(process.env.FC_SEED ?? 20_261_122);
console.log(`seed ${SEED} (FC_SEED)`);
const random = createRandom(SEED);

/** Box and Muller. */
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

interface Truth {
  readonly median: number;
  /** Noise of a whole round, and noise of each call, on the log scale. */
  readonly shared: number;
  readonly own: number;
}

/** Latencies are about log-normal; the true value is the median of both noises together. */
const roundsOf = ({ median, shared, own }: Truth, noises: readonly number[], calls = 8): number[][] =>
  noises.map((noise) =>
    Array.from({ length: calls }, () => median * Math.exp(shared * noise + own * normal())),
  );
const noises = (rounds = 40): number[] => Array.from({ length: rounds }, normal);

const shareOf = (trials: number, trial: () => boolean): number => {
  let hits = 0;
  for (let index = 0; index < trials; index += 1) if (trial()) hits += 1;
  return hits / trials;
};

const contains = ([low, high]: readonly [number, number], value: number): boolean =>
  low <= value && value <= high;

test('the 95% interval of a median covers the truth in 90 to 99% of synthetic samples', () => {
  const truth = { median: 2, shared: 0.2, own: 0.3 };
  const covered = shareOf(150, () => contains(estimateMedian(roundsOf(truth, noises()), random).interval, 2));
  expect(covered).toBeGreaterThanOrEqual(0.9);
  expect(covered).toBeLessThanOrEqual(0.99);
});

test('drawing calls instead of rounds does not cover it, as it misses the noise of a whole round', () => {
  const truth = { median: 2, shared: 0.2, own: 0.1 };
  const covered = shareOf(40, () => {
    const calls = roundsOf(truth, noises(15), 20).flat();
    return contains(
      estimateMedian(
        calls.map((call) => [call]),
        random,
      ).interval,
      2,
    );
  });
  expect(covered).toBeLessThan(0.8);
});

test('the interval of a ratio covers the truth, and shared noise does not widen it', () => {
  let [widths, covered] = [0, 0];
  for (let trial = 0; trial < 80; trial += 1) {
    const shared = noises();
    const base = roundsOf({ median: 2, shared: 0.5, own: 0.1 }, shared);
    const other = roundsOf({ median: 2.6, shared: 0.5, own: 0.1 }, shared);
    const { interval } = estimateRatio(other, base, random);
    if (contains(interval, 1.3)) covered += 1;
    widths += interval[1] - interval[0];
  }
  expect(covered).toBeGreaterThanOrEqual(70);
  expect(widths / 80).toBeLessThan(0.35);
});

test('the interval of p99 covers the truth if there are enough calls', () => {
  const truth = Math.exp(0.5 * 2.326348);
  const covered = shareOf(40, () => {
    const rounds = roundsOf({ median: 1, shared: 0, own: 0.5 }, noises(60), 20);
    const { p99 } = estimateLatencies(new Map([['it', rounds]]), 'it', random).get('it')!.quantiles;
    return contains(p99.interval, truth);
  });
  expect(covered).toBeGreaterThanOrEqual(0.85);
});

test('repeats that differ widen the interval, as rounds of one repeat do not show the variation between repeats', () => {
  const repeats = [1, 1.2, 1.4].flatMap((level) =>
    roundsOf({ median: level, shared: 0, own: 0.05 }, noises(20)),
  );
  const numbers = repeats.map((_, round) => Math.floor(round / 20));
  const width = (of?: number[]): number => {
    const { interval } = estimateLatencies(new Map([['it', repeats]]), 'it', random, of).get('it')!.quantiles
      .median;
    return interval[1] - interval[0];
  };
  expect(width(numbers)).toBeGreaterThan(1.5 * width());
});

test('with few repeats that differ, the widened interval of a ratio still covers the truth', () => {
  const start = (): number => Math.exp(0.1 * normal());
  const covered = shareOf(60, () => {
    const contestants = ['one', 'other'].map((name): [string, number[][]] => {
      const rounds = [start(), start(), start()].flatMap((median) =>
        roundsOf({ median, shared: 0, own: 0.1 }, noises(10), 4),
      );
      return [name, rounds];
    });
    const numbers = contestants[0]![1].map((_, round) => Math.floor(round / 10));
    return contains(
      estimateLatencies(new Map(contestants), 'other', random, numbers).get('one')!.toBase!.interval,
      1,
    );
  });
  expect(covered).toBeGreaterThanOrEqual(0.88);
});

test('a quantile is a measured value: the smallest with the share at or below it', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.5, 0.9, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 90, 99, 100]);
  const { quantiles, max } = estimateLatencies(new Map([['it', [hundred]]]), 'it', random).get('it')!;
  expect(Object.values(quantiles).map(({ value }) => value)).toEqual([50, 90, 95, 99]);
  expect(max).toBe(100);
});

test('an interval that contains 1 is no difference', () => {
  expect(judgeRatio({ value: 1.1, interval: [0.99, 1.2] })).toBe('no difference');
  expect(judgeRatio({ value: 1.1, interval: [1.01, 1.2] })).toBe('slower');
  expect(judgeRatio({ value: 0.9, interval: [0.8, 0.99] })).toBe('faster');
});

test('the same seed gives the same intervals', () => {
  const rounds = roundsOf({ median: 1, shared: 0.1, own: 0.1 }, noises());
  expect(estimateMedian(rounds, createRandom(7))).toEqual(estimateMedian(rounds, createRandom(7)));
});
