/** The ticks of a logarithmic axis, and their labels. */

/** Factors within one power of ten, from fine to coarse. */
const FACTORS: readonly (readonly number[])[] = [
  ...[10, 4, 2, 1].map((parts) => Array.from({ length: 9 * parts }, (_, index) => 1 + index / parts)),
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1],
];

/** Round numbers between `low` and `high`, both positive, at least 1/`count` of the axis apart; always two or more. */
export const chooseLogTicks = (low: number, high: number, count: number): number[] => {
  const first = Math.floor(Math.log10(low));
  const exponents = Array.from(
    { length: Math.floor(Math.log10(high)) - first + 1 },
    (_, index) => first + index,
  );
  const scales = FACTORS.map((factors) =>
    exponents
      .flatMap((exponent) => factors.map((factor) => Number((factor * 10 ** exponent).toPrecision(3))))
      .filter((tick) => tick >= low && tick <= high),
  ).filter((ticks) => ticks.length >= 2);
  const apart = (high / low) ** (1 / count);
  const isLegible = (ticks: readonly number[]): boolean =>
    ticks.every((tick, index) => index === 0 || tick / ticks[index - 1]! >= apart);
  return scales.find(isLegible) ?? scales.at(-1) ?? [];
};

/** 0.05, 2, 1,500, 20K. */
export const formatTick = (value: number): string =>
  value.toLocaleString('en', {
    maximumSignificantDigits: 4,
    notation: value < 10_000 ? 'standard' : 'compact',
  });
