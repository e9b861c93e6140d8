/** Breaks a copy of the tree in one place at a time and wants a test to fail: `npm run mutants`, or `-- --only soap`. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { ModuleKind, transpileModule } from 'typescript';
import { copyTree, type Outcome, runJest } from './jest';
import { MUTANTS } from './list';
import { type Edit, editsOf, type Mutant, type Tests } from './mutant';

const WORKERS = 2;

/** Where a mutant that its own tests do not notice has to be noticed. */
const EVERYTHING: readonly Tests[] = [
  { path: 'tests/wire' },
  { path: 'tests/drift' },
  { path: 'tests/adapters' },
  { path: 'tests/contract' },
  { path: 'tests/domain' },
  { path: 'tests/policy' },
  { path: 'tests/store' },
];

/** The text with the edit made. Throws where the edit does not fit, which says that the list is out of date. */
const edited = (text: string, { file, find, replace, everywhere }: Edit): string => {
  const found = text.split(find).length - 1;
  const wrong = `stands ${found} times in ${file}: ${JSON.stringify(find)}`;
  if (found === 0 || (found > 1 && !everywhere)) throw new Error(wrong);
  if (find === replace) throw new Error(`changes nothing in ${file}`);
  return text.split(find).join(replace);
};

/** The files of the mutant, before and after. Throws where one of them is no TypeScript, or no JSON, any more. */
const breakingOf = (folder: string, mutant: Mutant): Map<string, { before: string; after: string }> => {
  const files = new Map<string, { before: string; after: string }>();
  for (const edit of editsOf(mutant)) {
    const before = files.get(edit.file)?.before ?? readFileSync(path.join(folder, edit.file), 'utf8');
    const after = edited(files.get(edit.file)?.after ?? before, edit);
    files.set(edit.file, { before, after });
  }
  for (const [file, { after }] of files) {
    if (file.endsWith('.json')) JSON.parse(after);
    if (!file.endsWith('.ts')) continue;
    const options = { reportDiagnostics: true, compilerOptions: { module: ModuleKind.CommonJS } };
    const [error] = transpileModule(after, options).diagnostics ?? [];
    if (error) throw new Error(`makes ${file} unreadable: ${JSON.stringify(error.messageText)}`);
  }
  return files;
};

/** Every mutant must fit before any is tried. */
const checkList = (folder: string, mutants: readonly Mutant[]): void => {
  const misfits = mutants.flatMap((mutant) => {
    try {
      breakingOf(folder, mutant);
      return [];
    } catch (error) {
      return [`${mutant.name}: ${(error as Error).message}`];
    }
  });
  const names = new Set(mutants.map(({ name }) => name));
  if (names.size < mutants.length) misfits.push('two mutants have the same name');
  if (misfits.length > 0) throw new Error(`the list is out of date:\n  ${misfits.join('\n  ')}`);
};

/** The work of the list, done by as many as there are folders. */
const shareOut = async <T>(
  folders: readonly string[],
  list: readonly T[],
  work: (item: T, folder: string) => Promise<void>,
): Promise<void> => {
  const waiting = [...list];
  await Promise.all(
    folders.map(async (folder) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next, folder);
    }),
  );
};

const wantPassed = ({ failed, message = '' }: Outcome): void => {
  if (failed !== undefined)
    throw new Error(`the tree fails before anything is broken: ${failed}\n${message}`);
};

/** The tests that the mutants name are there, and pass on the unbroken copy. */
const checkTests = async (folders: readonly string[], mutants: readonly Mutant[], signal: AbortSignal) => {
  const byPath = new Map<string, Tests[]>();
  for (const { tests } of mutants) byPath.set(tests.path, [...(byPath.get(tests.path) ?? []), tests]);
  const misfits: string[] = [];
  await shareOut(folders, [...byPath.values()], async (tests, folder) => {
    const outcome = await runJest(folder, tests, signal);
    wantPassed(outcome);
    for (const { path: file, named = '' } of tests) {
      if (!outcome.passed.some((name) => name.includes(named))) misfits.push(`${file}: ${named}`);
    }
  });
  if (misfits.length > 0)
    throw new Error(`the list names tests that are not there:\n  ${misfits.join('\n  ')}`);
};

/** Resolves to the name of the first of these tests that notices the mutant, if one does. */
const tryMutant = async (
  mutant: Mutant,
  tests: readonly Tests[],
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const files = [...breakingOf(folder, mutant)];
  try {
    for (const [file, { after }] of files) writeFileSync(path.join(folder, file), after);
    return (await runJest(folder, tests, signal)).failed;
  } finally {
    for (const [file, { before }] of files) writeFileSync(path.join(folder, file), before);
  }
};

const tryAll = async (folder: string, mutants: readonly Mutant[], signal: AbortSignal): Promise<number> => {
  const copies = Array.from({ length: WORKERS }, (_, at) => path.join(folder, `${at}`));
  for (const [at, copy] of copies.entries()) {
    mkdirSync(copy);
    copyTree(copy, at === 0 ? undefined : copies[0]);
  }
  checkList(copies[0] as string, mutants);
  console.log(`${mutants.length} mutants; first the tests on the unbroken copy`);
  await checkTests(copies, mutants, signal);

  const unnoticed: Mutant[] = [];
  await shareOut(copies, mutants, async (mutant, copy) => {
    const noticed = await tryMutant(mutant, [mutant.tests], copy, signal);
    if (noticed === undefined) unnoticed.push(mutant);
    console.log(
      noticed ? `✓ ${mutant.name}: caught by ${noticed}` : `? ${mutant.name}: not by its own tests`,
    );
  });

  let survived = 0;
  if (unnoticed.length > 0) {
    console.log(`all tests for ${unnoticed.length}; first on the unbroken copy`);
    wantPassed(await runJest(copies[0] as string, EVERYTHING, signal));
  }
  await shareOut(copies, unnoticed, async (mutant, copy) => {
    const noticed = await tryMutant(mutant, EVERYTHING, copy, signal);
    if (noticed === undefined) survived += 1;
    console.log(noticed ? `✓ ${mutant.name}: caught by ${noticed}` : `✗ ${mutant.name}: SURVIVED`);
  });
  console.log(`${mutants.length - survived} caught, ${survived} survived`);
  return survived > 0 ? 1 : 0;
};

const main = async (): Promise<number> => {
  const program = new Command('mutants')
    .description('break a copy of the tree in one place at a time, and want a test to fail each time')
    .option('--only <text>', 'the mutants whose name or file has this text in it', '')
    .showHelpAfterError('(add --help for what there is)')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { only } = program.opts<{ only: string }>();
  const mutants = MUTANTS.filter((mutant) => mutant.name.includes(only) || mutant.file.includes(only));
  if (mutants.length === 0) throw new Error(`no mutant has ${JSON.stringify(only)} in its name or file`);

  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-mutants-'));
  try {
    return await tryAll(folder, mutants, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    stopping.abort();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
};

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  },
);
