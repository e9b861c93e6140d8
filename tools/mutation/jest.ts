/** Jest in a copy of the tree: the first test that fails ends the run, since that is all there is to know. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Tests } from './mutant';

const ROOT = path.join(__dirname, '../..');

/** Everything that a test of the service reads; what needs a build or starts other programs is left out. */
const COPIED = [
  ...['data', 'examples', 'graphql', 'openapi', 'protos', 'wsdl', 'src', 'tests'],
  ...['buf.yaml', 'jest.config.js', 'package.json', 'tsconfig.json'],
];

/** A run that takes longer hangs where jest's own timeouts do not reach: of a few tests, and of all. */
const RUN_MS_MAX = { few: 120_000, all: 900_000 };
const FEW = 3;

/** Copies the tree from `origin`, by default the real one, which is only ever read. */
export const copyTree = (folder: string, origin = ROOT): void => {
  for (const name of COPIED) cpSync(path.join(origin, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
};

export interface Outcome {
  readonly passed: readonly string[];
  /** The first test that failed. */
  readonly failed?: string;
  /** Why, where it was a file and no test of it. */
  readonly message?: string;
}

interface Report {
  readonly status: 'passed' | 'failed';
  readonly name: string;
  readonly message?: string;
}

/** Rejects where jest ends without a word of why, or not at all: twice, as on a busy machine one may get stuck. */
export const runJest = async (
  folder: string,
  tests: readonly Tests[],
  signal: AbortSignal,
): Promise<Outcome> => {
  const outcome = await runOnce(folder, tests, signal);
  if (outcome !== 'stuck') return outcome;
  console.log(`jest was stuck on ${tests.map(({ path: name }) => name).join(', ')}; once more`);
  const again = await runOnce(folder, tests, signal);
  if (again === 'stuck') throw new Error('jest was stuck twice');
  return again;
};

const runOnce = (folder: string, tests: readonly Tests[], signal: AbortSignal): Promise<Outcome | 'stuck'> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = startJest(folder, tests);
    let isStuck = false;
    const passed: string[] = [];
    let failure: Report | undefined;
    let errors = '';
    const end = () => kill(child);
    const giveUp = () => {
      isStuck = true;
      end();
    };
    const timer = setTimeout(giveUp, tests.length > FEW ? RUN_MS_MAX.all : RUN_MS_MAX.few);
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
      else if (isStuck) resolve('stuck');
      else
        reject(new Error(`jest ended with ${exitCode ?? 'a signal'}: ${errors.trim() || 'no word of why'}`));
    });
  });

/** Its temporary files and its cache are in the copy, so that they go when the copy goes. */
const startJest = (folder: string, tests: readonly Tests[]): ChildProcess => {
  const names = tests.flatMap(({ named }) => named ?? []);
  const temp = path.join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  return spawn(
    process.execPath,
    [
      path.join(folder, 'node_modules/jest/bin/jest.js'),
      ...['--runInBand', '--bail', '--silent', '--forceExit'],
      ...['--reporters', path.join(__dirname, 'reporter.js'), '--cacheDirectory', path.join(folder, 'cache')],
      ...(names.length === tests.length ? ['--testNamePattern', names.map(escaped).join('|')] : []),
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

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** With all that it started: it leads a process group. */
const kill = ({ pid, exitCode, signalCode }: ChildProcess): void => {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
};
