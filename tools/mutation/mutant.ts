/** A mutant is one break of the tree, in one or several places, and the tests that are likely to notice it. */
import type { Tests } from './tests';
import type { Tree } from './tree';

/** Replaces the text from `start` to `end`. */
export interface Change {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Edit {
  /** Throws an Error that says what does not fit. */
  changes(tree: Tree): readonly Change[];
}

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly tests: Tests;
}

/** Several edits are made at once: both ends of a wire still agree, and only the outside can tell. */
export const mutant = (name: string, tests: Tests, ...edits: readonly Edit[]): Mutant => ({
  name,
  tests,
  edits,
});

export interface Mutation {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** The changed files. Throws an Error if an edit does not fit, overlaps another, or changes nothing. */
export const applyMutant = (tree: Tree, { edits }: Mutant): readonly Mutation[] => {
  const changes = edits.flatMap((edit) => {
    const made = edit.changes(tree);
    if (!made.some(({ file, start, end, text }) => tree.text(file).slice(start, end) !== text))
      throw new Error('changes nothing');
    return made;
  });
  return [...new Set(changes.map(({ file }) => file))].map((file) => {
    const before = tree.text(file);
    let after = before;
    let from = Number.POSITIVE_INFINITY;
    // From the end, so that the positions before it stay right.
    for (const change of changes.filter((one) => one.file === file).sort((a, b) => b.start - a.start)) {
      if (change.end > from) throw new Error(`two changes overlap in ${file}`);
      from = change.start;
      after = after.slice(0, change.start) + change.text + after.slice(change.end);
    }
    return { file, before, after };
  });
};
