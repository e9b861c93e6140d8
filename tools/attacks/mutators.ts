/** Mutations of bytes: flipped, cut, repeated, spliced with others. The same seed gives the same mutations. */
import { createRandom, deriveSeed } from '../../src/compare/scenarios/support/random';

export type Random = () => number;

export const randomOf = (seed: number, ...words: readonly string[]): Random =>
  createRandom(deriveSeed(seed, ...words));

const randomBelow = (random: Random, limit: number): number => Math.floor(random() * limit);

export const pick = <T>(random: Random, all: readonly T[]): T => all[randomBelow(random, all.length)] as T;

const RANGE_MAX = 64;
const REPEATS_MAX = 20;
const FLIPS_MAX = 8;

const rangeIn = (bytes: Buffer, random: Random): [from: number, to: number] => {
  const from = randomBelow(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + randomBelow(random, RANGE_MAX))];
};

type Mutator = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const MUTATORS: readonly Mutator[] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    for (let left = 1 + randomBelow(random, FLIPS_MAX); left > 0 && flipped.length > 0; left--) {
      const at = randomBelow(random, flipped.length);
      // Flips one bit, or replaces the byte.
      flipped[at] = random() < 0.5 ? flipped[at]! ^ (1 << randomBelow(random, 8)) : randomBelow(random, 256);
    }
    return flipped;
  },
  (bytes, random) => {
    const [from, to] = rangeIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = rangeIn(bytes, random);
    const times = 1 + randomBelow(random, REPEATS_MAX);
    const again = Array.from({ length: times }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...again, bytes.subarray(to)]);
  },
  (bytes, random, others) => {
    const other = pick(random, others);
    return Buffer.concat([
      bytes.subarray(0, randomBelow(random, bytes.length + 1)),
      other.subarray(randomBelow(random, other.length + 1)),
    ]);
  },
];

/** Applies mostly one mutation, because a parser stops at the first error. */
export const mutateBytes = (bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer => {
  let result = bytes;
  do result = pick(random, MUTATORS)(result, random, others);
  while (random() < 0.25);
  return result;
};
