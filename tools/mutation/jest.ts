/** Jest in a copy of the tree. The first failed test ends the run, since no more is needed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { escapeRegExp } from './nodes';
import type { Tests } from './tests';

/** A run that takes longer hangs where jest's own timeouts do not apply. */
const RUN_MS_MAX = { few: 120_000, all: 900_000 };
const FEW = 3;

export interface Outcome {
  readonly passed: readonly string[];
  /** The first test that failed. */
  readonly failed?: string;
  /** The error, if a file failed outside its tests. */
  readonly message?: string;
}

interface Report {
  readonly status: 'passed' | 'failed';
  readonly name: string;
  readonly message?: string;
}

/** Rejects if jest stops without a result, or hangs twice: on a busy machine it may hang once. */
export const runJest = async (
  folder: string,
  tests: readonly Tests[],
  signal: AbortSignal,
): Promise<Outcome> => {
  const outcome = await runOnce(folder, tests, signal);
  if (outcome !== 'hung') return outcome;
  console.log(`jest hung on ${tests.map(({ path: name }) => name).join(', ')}; once more`);
  const again = await runOnce(folder, tests, signal);
  if (again === 'hung') throw new Error('jest hung twice');
  return again;
};

const runOnce = (folder: string, tests: readonly Tests[], signal: AbortSignal): Promise<Outcome | 'hung'> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = startJest(folder, tests);
    const passed: string[] = [];
    let hasHung = false;
    let failure: Report | undefined;
    let errors = '';
    const end = () => killGroup(child);
    const timer = setTimeout(
      () => {
        hasHung = true;
        end();
      },
      tests.length > FEW ? RUN_MS_MAX.all : RUN_MS_MAX.few,
    );
    signal.addEventListener('abort', end);
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('message', (report: Report) => {
      if (report.status === 'passed') passed.push(report.name);
      else if (!failure) {
        failure = report;
        end();
      }
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      if (failure) resolve({ passed, failed: failure.name, message: failure.message });
      else if (exitCode === 0) resolve({ passed });
      else if (hasHung) resolve('hung');
      else
        reject(new Error(`jest ended with ${exitCode ?? 'a signal'}: ${errors.trim() || 'no error text'}`));
    });
  });

/** A pattern for names that have all the words, in any order. */
const namePattern = ({ words }: Tests): string =>
  words.map((word) => `(?=[^]*${/^\w/.test(word) ? '\\b' : ''}${escapeRegExp(word)})`).join('');

export const hasWords = (name: string, tests: Tests): boolean =>
  new RegExp(`^${namePattern(tests)}`, 'i').test(name);

/** Its temporary files and its cache are in the copy, so that they are removed with it. */
const startJest = (folder: string, tests: readonly Tests[]): ChildProcess => {
  const temp = path.join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  const isNamed = tests.every(({ words }) => words.length > 0);
  return spawn(
    process.execPath,
    [
      path.join(folder, 'node_modules/jest/bin/jest.js'),
      ...['--runInBand', '--bail', '--silent', '--forceExit'],
      ...['--reporters', path.join(__dirname, 'reporter.js'), '--cacheDirectory', path.join(folder, 'cache')],
      ...(isNamed ? ['--testNamePattern', `^(${tests.map(namePattern).join('|')})`] : []),
      ...['--testPathPatterns', ...new Set(tests.map((some) => some.path))],
    ],
    {
      cwd: folder,
      env: { ...process.env, TMPDIR: temp },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    },
  );
};

/** The process and all that it started: it leads a process group. */
const killGroup = ({ pid, exitCode, signalCode }: ChildProcess): void => {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
};
