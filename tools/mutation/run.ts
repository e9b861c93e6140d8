/** Tries mutants one at a time in copies of the tree, each against the tests that are likely to notice it. */
import path from 'node:path';
import { cloneCopy, makeCopy, writeMutations } from './copy';
import { hasWords, type Outcome, runJest } from './jest';
import { applyMutant, type Mutant } from './mutant';
import { type Tests, WIDE } from './tests';
import type { Tree } from './tree';

const WORKERS = 2;

/** Works through the list with one worker per copy. */
const shareOut = async <T>(
  copies: readonly string[],
  list: readonly T[],
  work: (item: T, copy: string) => Promise<void>,
): Promise<void> => {
  const waiting = [...list];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next, copy);
    }),
  );
};

const expectPassed = ({ failed, message = '' }: Outcome): void => {
  if (failed !== undefined)
    throw new Error(`a test fails on the unchanged tree already: ${failed}\n${message}`);
};

/** Throws an Error unless the mutants' tests exist, and pass on the unchanged copy. */
const checkTests = async (copies: readonly string[], mutants: readonly Mutant[], signal: AbortSignal) => {
  const byPath = new Map<string, Tests[]>();
  for (const { tests } of mutants) byPath.set(tests.path, [...(byPath.get(tests.path) ?? []), tests]);
  const missing: string[] = [];
  await shareOut(copies, [...byPath.values()], async (list, copy) => {
    const outcome = await runJest(copy, list, signal);
    expectPassed(outcome);
    for (const tests of list) {
      if (outcome.passed.some((name) => hasWords(name, tests))) continue;
      const { name } = mutants.find((one) => one.tests === tests) as Mutant;
      missing.push(`${name}: no test in ${tests.path} has ${tests.words.join(' and ')} in its name`);
    }
  });
  if (missing.length > 0)
    throw new Error(`the list names tests that do not exist:\n  ${missing.join('\n  ')}`);
};

/** Resolves to the name of the first test that notices the mutant, if one does. */
const tryMutant = async (
  tree: Tree,
  mutant: Mutant,
  tests: readonly Tests[],
  copy: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const takeBack = writeMutations(copy, applyMutant(tree, mutant));
  try {
    return (await runJest(copy, tests, signal)).failed;
  } finally {
    takeBack();
  }
};

/** Resolves to the mutants that no test noticed. Prints one line per mutant. */
export const tryAll = async (
  tree: Tree,
  folder: string,
  mutants: readonly Mutant[],
  signal: AbortSignal,
): Promise<readonly Mutant[]> => {
  const copies = Array.from({ length: WORKERS }, (_, at) => path.join(folder, `${at}`));
  const [first, ...others] = copies as [string, ...string[]];
  makeCopy(first);
  for (const copy of others) cloneCopy(first, copy);
  console.log(`${mutants.length} mutants; first their tests on the unchanged tree`);
  await checkTests(copies, mutants, signal);

  const missed: Mutant[] = [];
  await shareOut(copies, mutants, async (mutant, copy) => {
    const test = await tryMutant(tree, mutant, [mutant.tests], copy, signal);
    if (test === undefined) missed.push(mutant);
    console.log(test ? `✓ ${mutant.name}: caught by ${test}` : `? ${mutant.name}: missed by its own tests`);
  });
  if (missed.length === 0) return [];

  console.log(`wider tests for ${missed.length}; first on the unchanged tree`);
  expectPassed(await runJest(first, WIDE, signal));
  const survived: Mutant[] = [];
  await shareOut(copies, missed, async (mutant, copy) => {
    const test = await tryMutant(tree, mutant, WIDE, copy, signal);
    if (test === undefined) survived.push(mutant);
    console.log(test ? `✓ ${mutant.name}: caught by ${test}` : `✗ ${mutant.name}: SURVIVED`);
  });
  return survived;
};
