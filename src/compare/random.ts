import { unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/** Numbers from 0 to below 1 that can be had again by their seed. */
export const seeded = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => unsafeUniformIntDistribution(0, 2 ** 31 - 1, generator) / 2 ** 31;
};
