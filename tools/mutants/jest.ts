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

/** A run that takes longer hangs where jest's own timeouts do not reach. */
const RUN_MS_MAX = 900_000;

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

/** Rejects where jest ends without a word of why, or not at all. */
export const runJest = (folder: string, tests: readonly Tests[], signal: AbortSignal): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = startJest(folder, tests);
    const passed: string[] = [];
    let failure: Report | undefined;
    let errors = '';
    const end = () => kill(child);
    const timer = setTimeout(end, RUN_MS_MAX);
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
