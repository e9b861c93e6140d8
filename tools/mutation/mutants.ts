/** Breaks a copy of the tree in one place at a time and expects a test to fail: `npm run mutants`, or `-- --only soap`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { misfitsOf } from './check';
import { ROOT } from './copy';
import { MUTANTS } from './list';
import { tryAll } from './run';
import { Tree } from './tree';

/** SQLite waits for a disk, thousands of times over. */
const keepTempFilesInMemory = require('../../tests/support/temp-files-in-memory.js') as () => void;

const main = async (): Promise<number> => {
  const program = new Command('mutants')
    .description('change a copy of the tree in one place at a time, and expect a test to fail each time')
    .option('--only <text>', 'only the mutants that have this text in their name', '')
    .option('--list', 'check that every mutant fits the tree, and run no test')
    .showHelpAfterError('(add --help for the options)')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { only, list } = program.opts<{ only: string; list?: true }>();
  const mutants = MUTANTS.filter(({ name }) => name.includes(only));
  if (mutants.length === 0) throw new Error(`no mutant has ${JSON.stringify(only)} in its name`);

  const tree = new Tree(ROOT);
  const misfits = misfitsOf(tree, MUTANTS);
  if (misfits.length > 0)
    throw new Error(`${misfits.length} mutants do not fit the tree:\n  ${misfits.join('\n  ')}`);
  if (list) {
    for (const { name } of mutants) console.log(name);
    return 0;
  }

  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  keepTempFilesInMemory();
  const folder = mkdtempSync(path.join(tmpdir(), 'rosetta-mutants-'));
  try {
    const survived = await tryAll(tree, folder, mutants, stopping.signal);
    console.log(`${mutants.length - survived.length} caught, ${survived.length} survived`);
    return survived.length > 0 ? 1 : 0;
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
