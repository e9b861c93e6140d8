/** Reproducible random numbers. */
import { xoroshiro128plus } from 'pure-rand';

/** Returns a generator of numbers from 0 to below 1: the same seed gives the same numbers. */
export const createRandom = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => (generator.unsafeNext() >>> 0) / 2 ** 32;
};

/** Derives a separate seed for each use: FNV-1a of the words, with the run's seed in its initial value. */
export const deriveSeed = (seed: number, ...words: readonly string[]): number =>
  [...words.join('/')].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    seed ^ 0x811c9dc5,
  );
