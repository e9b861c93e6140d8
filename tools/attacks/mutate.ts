/** Valid bytes made wrong: flipped, cut, repeated, spliced with others. The same seed gives the same again. */
import { createRandom, deriveSeed } from '../../src/compare/scenarios/support/random';

export type Random = () => number;

export const randomOf = (seed: number, ...words: readonly string[]): Random =>
  createRandom(deriveSeed(seed, ...words));

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const oneOf = <T>(random: Random, all: readonly T[]): T => all[below(random, all.length)] as T;

const RANGE_MAX = 64;
const REPEATS_MAX = 20;
const FLIPS_MAX = 8;

const rangeIn = (bytes: Buffer, random: Random): [from: number, to: number] => {
  const from = below(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + below(random, RANGE_MAX))];
};

type Mutator = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const MUTATORS: readonly Mutator[] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    for (let left = 1 + below(random, FLIPS_MAX); left > 0 && flipped.length > 0; left--) {
      const at = below(random, flipped.length);
      // One bit, or all of them.
      flipped[at] = random() < 0.5 ? flipped[at]! ^ (1 << below(random, 8)) : below(random, 256);
    }
    return flipped;
  },
  (bytes, random) => {
    const [from, to] = rangeIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = rangeIn(bytes, random);
    const times = 1 + below(random, REPEATS_MAX);
    const again = Array.from({ length: times }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...again, bytes.subarray(to)]);
  },
  (bytes, random, others) => {
    const other = oneOf(random, others);
    return Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length + 1)),
    ]);
  },
];

/** Mostly one thing is wrong with it: what has more is refused at the first. */
export const mutated = (bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer => {
  let result = bytes;
  do result = oneOf(random, MUTATORS)(result, random, others);
  while (random() < 0.25);
  return result;
};
