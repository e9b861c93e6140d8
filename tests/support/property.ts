/** Property checks with a random seed. A failure prints the seed, and FC_SEED sets it. */
import fc from 'fast-check';

const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));

export const holds = async <T>(
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
  runs = 100,
): Promise<void> => {
  await fc.assert(property as fc.IAsyncProperty<T>, { seed, numRuns: runs });
};
