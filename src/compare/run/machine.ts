/** The machine of a run and its other load: figures of two machines, or of a busy machine, are not comparable. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { findPackage } from './effort';
import type { ComparisonResult } from './result';

const ROOT = join(__dirname, '../../..');

export const describeMachine = (): ComparisonResult['machine'] => ({
  processor: cpus()[0]?.model.trim() || 'unknown processor',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

const WORK = Buffer.alloc(512 * 1024, 'rosetta');
const REPEATS = 300;
const WARM_UP = 20;

/** p95 over median of a fixed piece of work, whose duration varies only if another process takes the processor. */
export const measureJitter = (): number => {
  const times: number[] = [];
  for (let done = -WARM_UP; done < REPEATS; done++) {
    const start = performance.now();
    createHash('sha256').update(WORK).digest();
    if (done >= 0) times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(0.95 * REPEATS)]! / times[REPEATS / 2]!;
};

/**
 * Measures the jitter before the run. Call the returned function after the run. The load average is read before the run,
 * as the run itself causes most of the load after it.
 */
export const startNoiseMeasurement = (statFile = '/proc/stat'): (() => ComparisonResult['noise']) => {
  const [loadAverage = 0] = loadavg();
  const jitter = measureJitter();
  const before = readCpuTicks(statFile);
  return () => {
    const after = readCpuTicks(statFile);
    const stealShare = before && after ? (after.steal - before.steal) / (after.all - before.all) : Number.NaN;
    return { jitter, loadAverage, ...(Number.isFinite(stealShare) && { stealShare }) };
  };
};

/**
 * The first line of proc_stat(5): user nice system idle iowait irq softirq steal; user includes the guests that follow.
 * Undefined without such a file.
 */
const readCpuTicks = (statFile: string): { steal: number; all: number } | undefined => {
  try {
    const [line = ''] = readFileSync(statFile, 'utf8').split('\n');
    const ticks = line.split(/\s+/).slice(1, 9).map(Number);
    return { steal: ticks[7]!, all: ticks.reduce((sum, one) => sum + one, 0) };
  } catch {
    return undefined;
  }
};

/** Libraries of servers and clients. */
const LIBRARIES = [
  'express',
  '@apollo/server',
  'graphql',
  'graphql-jit',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'soap',
  'fast-xml-parser',
  'saxes',
  'undici',
];

/** Versions by name, without libraries that are not installed. */
export const readLibraryVersions = (): Record<string, string> =>
  Object.fromEntries(
    LIBRARIES.flatMap((name) => {
      const folder = findPackage(name, __dirname);
      return folder ? [[name, readVersion(folder)]] : [];
    }),
  );

export const readToolVersion = (): string => readVersion(ROOT);

const readVersion = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/**
 * The commit of the repository whose root is this folder, with + if files are changed; undefined without such a repository.
 * docs/results is left out: a result that is just being written does not change the measured code.
 */
export const findCommit = (root = ROOT): string | undefined => {
  try {
    const [prefix, commit] = runGit(root, 'rev-parse', '--show-prefix', '--short', 'HEAD').split('\n');
    if (prefix !== '') return undefined;
    const changed = runGit(root, 'status', '--porcelain', '--', '.', ':!docs/results');
    return `${commit}${changed === '' ? '' : '+'}`;
  } catch {
    return undefined;
  }
};

/** Takes no lock, so that a concurrent git command of the operator does not fail. */
const runGit = (root: string, ...words: string[]): string =>
  execFileSync('git', ['--no-optional-locks', '-C', root, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
