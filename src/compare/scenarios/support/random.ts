import { xoroshiro128plus } from 'pure-rand';

/** Numbers from 0 to below 1 that can be had again by their seed. */
export const createRandom = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => (generator.unsafeNext() >>> 0) / 2 ** 32;
};

/** A seed of its own for each use: FNV-1a of the words, begun at the run's seed. */
export const deriveSeed = (seed: number, ...words: readonly string[]): number =>
  [...words.join('/')].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    seed ^ 0x811c9dc5,
  );
