import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  describeMachine,
  findCommit,
  measureJitter,
  readLibraryVersions,
  readToolVersion,
  startNoiseMeasurement,
} from '../../src/compare/run/machine';
import { resultSchema } from '../../src/compare/run/result';
import { tempFolder } from '../support/temp';

const ROOT = path.join(__dirname, '../..');
const readJson = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

test('the machine is this one', () => {
  const machine = describeMachine();
  expect(resultSchema.shape.machine.parse(machine)).toStrictEqual(machine);
  expect(machine.node).toBe(process.version);
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.memoryBytes).toBeGreaterThan(process.memoryUsage().rss);
});

test('the versions of all ten libraries are those of the lockfile', () => {
  const { packages } = readJson('package-lock.json');
  const versions = readLibraryVersions();
  expect(Object.keys(versions)).toHaveLength(10);
  for (const [name, version] of Object.entries(versions)) {
    expect([name, version]).toStrictEqual([name, packages[`node_modules/${name}`].version]);
  }
  expect(readToolVersion()).toBe(readJson('package.json').version);
});

describe('noise', () => {
  /** user nice system idle iowait irq softirq steal guest guest_nice */
  const statFile = (...ticks: number[]): string => {
    const file = path.join(tempFolder(), 'stat');
    writeFileSync(file, `cpu  ${ticks.join(' ')}\ncpu0 1 1 1 1 1 1 1 1 1 1\n`);
    return file;
  };

  test('jitter is at least 1', () => {
    const jitter = measureJitter();
    expect(jitter).toBeGreaterThanOrEqual(1);
    expect(jitter).toBeLessThan(1000);
  });

  test('10 of 100 ticks stolen are a share of 0.1; guests are in user already', () => {
    const file = statFile(1000, 0, 0, 500, 0, 0, 0, 7, 900, 0);
    const noise = startNoiseMeasurement(file);
    writeFileSync(file, 'cpu  1050 1 2 530 3 2 2 17 950 0\n');
    expect(noise().stealShare).toBe(0.1);
  });

  test('without the system file, stolen time is absent', () => {
    expect(startNoiseMeasurement(path.join(tempFolder(), 'none'))()).not.toHaveProperty('stealShare');
    expect(startNoiseMeasurement(statFile(0, 0, 0, 0, 0, 0, 0, 0, 0, 0))()).not.toHaveProperty('stealShare');
    expect(startNoiseMeasurement(statFile())()).not.toHaveProperty('stealShare');
  });

  test('the noise of this machine is valid in a result', () => {
    const noise = startNoiseMeasurement()();
    expect(resultSchema.shape.noise.parse(noise)).toStrictEqual(noise);
  });
});

describe('the commit', () => {
  const git = (folder: string, ...words: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  const repository = (): string => {
    const folder = tempFolder();
    git(folder, 'init', '--quiet');
    writeFileSync(path.join(folder, 'file'), 'one');
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--no-gpg-sign', '-m', 'One');
    return folder;
  };

  test('is the short hash, with + if a file is changed or new', () => {
    const folder = repository();
    const hash = git(folder, 'rev-parse', '--short', 'HEAD');
    expect(findCommit(folder)).toBe(hash);
    writeFileSync(path.join(folder, 'new'), 'new');
    expect(findCommit(folder)).toBe(`${hash}+`);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--no-gpg-sign', '-m', 'Two');
    writeFileSync(path.join(folder, 'file'), 'two');
    expect(findCommit(folder)).toBe(`${git(folder, 'rev-parse', '--short', 'HEAD')}+`);
  });

  test('is not changed by a result that is being written', () => {
    const folder = repository();
    mkdirSync(path.join(folder, 'docs/results'), { recursive: true });
    writeFileSync(path.join(folder, 'docs/results/run.json'), '');
    expect(findCommit(folder)).toBe(git(folder, 'rev-parse', '--short', 'HEAD'));
  });

  test('is not the commit of an enclosing repository', () => {
    const folder = repository();
    mkdirSync(path.join(folder, 'node_modules/api-rosetta'), { recursive: true });
    expect(findCommit(path.join(folder, 'node_modules/api-rosetta'))).toBeUndefined();
  });

  test('is unknown without git, without a commit and without a folder', () => {
    const folder = tempFolder();
    expect(findCommit(folder)).toBeUndefined();
    git(folder, 'init', '--quiet');
    expect(findCommit(folder)).toBeUndefined();
    expect(findCommit(path.join(folder, 'none'))).toBeUndefined();
  });
});
