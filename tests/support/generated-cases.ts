/** Property checks with a fixed seed. FC_SEED sets another seed, FC_RUNS the share of the cases that run. */
import fc from 'fast-check';

export const SEED = Number(process.env.FC_SEED ?? 20_260_101);
/** A quarter of the cases keeps `npm test` quick; .ci/run sets a larger share. */
const SHARE = Number(process.env.FC_RUNS ?? 0.25);

export const forAll = async <T>(
  cases: number,
  arbitrary: fc.Arbitrary<T>,
  holds: (value: T) => Promise<void>,
): Promise<void> => {
  await fc.assert(fc.asyncProperty(arbitrary, holds), {
    seed: SEED,
    numRuns: Math.ceil(cases * SHARE),
    endOnFailure: true,
  });
};
