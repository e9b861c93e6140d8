import { xoroshiro128plus } from 'pure-rand';

/** Numbers from 0 to below 1 that can be had again by their seed. */
export const seeded = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => (generator.unsafeNext() >>> 0) / 2 ** 32;
};
