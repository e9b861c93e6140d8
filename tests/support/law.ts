/** Checks the law on generated input, always the same: FC_SEED sets another seed, FC_RUNS the share of the cases. */
import fc from 'fast-check';

export const SEED = Number(process.env.FC_SEED ?? 20_260_101);
/** So that `npm test` is quick; .ci/run takes many times as many. */
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
