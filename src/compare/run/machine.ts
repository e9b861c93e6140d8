/** What a run ran on, and what else went on there: figures of two machines, or of a busy one, say little. */
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

/** p95 over median of a piece of work that always takes equally long, unless something else takes the processor. */
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
 * Measures the jitter, and gives back what to call when the run is over. The load average is that of before the run,
 * which will be most of the load itself.
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
 * The first line of proc_stat(5): user nice system idle iowait irq softirq steal; guests, which follow, are in user.
 * Where there is none, or the kernel counts nothing in it, there is no share.
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

/** Those that serve, and those that ask. */
const LIBRARIES = [
  'express',
  '@apollo/server',
  'graphql',
  'graphql-jit',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'soap',
  'fast-xml-parser',
  'undici',
];

/** Versions by name; without those that are not installed. */
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
 * The commit at the top of this very folder, with + where files are not as in it; undefined where there is none. Of
 * docs/results nothing is asked: a result that is just being written is no change of what is measured.
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

/** Takes no lock, so that somebody else's git is not refused. */
const runGit = (root: string, ...words: string[]): string =>
  execFileSync('git', ['--no-optional-locks', '-C', root, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
