/** What a mutant is: one break, where it is made, and the tests that are the likeliest to notice. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Exact text that stands in the file once, or any number of times where `everywhere` is set. */
  readonly find: string;
  readonly replace: string;
  readonly everywhere?: true;
}

/** Which tests to run: a path pattern of jest's and, to be quick, a part of their full names. */
export interface Tests {
  readonly path: string;
  readonly named?: string;
}

export interface Mutant extends Edit {
  readonly name: string;
  /** Where the break is made in several places at once, so that both ends of a wire still agree. */
  readonly and?: readonly Edit[];
  readonly tests: Tests;
}

export const editsOf = ({ file, find, replace, everywhere, and = [] }: Mutant): readonly Edit[] => [
  { file, find, replace, ...(everywhere && { everywhere }) },
  ...and,
];

/** The golden bytes of one scene. */
export const wire = (scene: string): Tests => ({ path: 'tests/wire', named: `the wire ${scene} goes over` });
/** The law: the same facts, over the wire. */
export const facts = (named: string): Tests => ({ path: 'tests/contract/facts', named });
export const wires = (named: string): Tests => ({ path: 'tests/contract/wires', named });
/** The form in which each protocol says an error. */
export const forms = (named: string): Tests => ({ path: 'tests/adapters/names', named });
/** What each protocol calls the fields, the orders and the rest, as its callers write them. */
export const names = (named: string): Tests => ({ path: 'tests/adapters/names', named });
export const adapter = (file: string, named: string): Tests => ({ path: `tests/adapters/${file}`, named });
export const badInput = (named: string): Tests => adapter('bad-input.test', named);
export const DRIFT: Tests = { path: 'tests/drift' };

/** A mutant in this file, and perhaps in others with it. */
export const change =
  (file: string) =>
  (name: string, find: string, replace: string, tests: Tests, ...and: readonly Edit[]): Mutant => ({
    name,
    file,
    find,
    replace,
    tests,
    ...(and.length > 0 && { and }),
  });

export const everywhere = (edit: Edit): Edit => ({ ...edit, everywhere: true });
