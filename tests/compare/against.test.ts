import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePercent } from '../../src/cli/input';
import { compareResults, formatChanges, readResult } from '../../src/compare/report/against';
import type { ComparisonResult, Estimate, Kinds, Row, ScenarioResult } from '../../src/compare/run/result';
import { createRandom } from '../../src/compare/scenarios/support/random';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { tempFolder } from '../support/temp';

/** Symmetric on the log scale: 0.02 is from 2% below to 2% above. */
const estimate = (value: number, share = 0.02): Estimate => ({
  value,
  interval: [value / (1 + share), value * (1 + share)],
});

const kinds = (total: number): Kinds => ({ headers: total, framing: 0, body: 0, trailers: 0, total });

const row = (protocol: ProtocolName, changed: Partial<Row> = {}, up = 100, down = 1000): Row => {
  const steady = { up: kinds(up), down: kinds(down) };
  const connection = { first: steady, steady };
  return {
    protocol,
    calls: 500,
    errors: 0,
    sampled: 50,
    warmupCalls: 100,
    warmupStable: true,
    latencyMs: latency(1),
    histogram: [],
    clientCpuUs: 300,
    serverCpuUs: 400,
    requests: 1,
    roundTrips: 1,
    bytes: { identity: connection, gzip: connection },
    ...changed,
  };
};

const latency = (median: number, share?: number): Row['latencyMs'] => {
  const one = estimate(median, share);
  return { median: one, p90: one, p95: one, p99: estimate(2, 0.1), max: 3 };
};

const scenario = (
  name: string,
  rows: Row[] = PROTOCOL_NAMES.map((protocol) => row(protocol)),
): ScenarioResult => ({
  name,
  question: 'what?',
  differences: [],
  rows,
});

/** A result in which only REST's row differs. */
const withRest = (changed: Partial<Row>, up?: number, down?: number): ComparisonResult =>
  result([
    scenario(
      'one-skill',
      PROTOCOL_NAMES.map((name) => (name === 'rest' ? row('rest', changed, up, down) : row(name))),
    ),
  ]);

const result = (
  scenarios: ScenarioResult[] = [scenario('one-skill')],
  changed: Partial<ComparisonResult> = {},
): ComparisonResult => ({
  format: 'api-rosetta/compare',
  version: 1,
  startTime: '2026-03-01T12:00:00.000Z',
  toolVersion: '0.1.0',
  machine: { processor: 'Abacus', cores: 2, memoryBytes: 2 ** 33, platform: 'linux x64', node: 'v20.1.0' },
  noise: { jitter: 1, loadAverage: 0 },
  libraries: { undici: '7.0.0' },
  store: 'SQLite',
  options: {
    mode: 'default',
    seed: 1,
    secondsPerScenario: 2,
    repeat: 1,
    rttMs: 0,
    protocols: [...PROTOCOL_NAMES],
    addresses: {},
  },
  ended: 'complete',
  processes: {},
  scenarios,
  ...changed,
});

const changesOf = (now: ComparisonResult, earlier = result(), threshold?: number) =>
  compareResults(now, earlier, threshold).changes.map(({ protocol, figure, verdict }) => [
    protocol,
    figure,
    verdict,
  ]);
const failsAt = (threshold: number, now: ComparisonResult, earlier = result()): boolean =>
  compareResults(now, earlier, threshold).worse.length > 0;

describe('a run against an earlier one', () => {
  test('identical runs have no change beyond noise and no warning', () => {
    const report = compareResults(result(), result());
    expect(report).toMatchObject({ changes: [], worse: [], warnings: [], shift: 1, rowsCompared: 4 });
    expect(formatChanges(report)).toContain('Nothing changed beyond noise.');
    expect(formatChanges(report)).not.toContain('warning');
  });

  test('slower by 20% with narrow intervals is worse, fails at 5% and not at 25%', () => {
    const now = withRest({ latencyMs: latency(1.2) });
    expect(changesOf(now)).toStrictEqual([['rest', 'median', 'worse']]);
    expect(failsAt(0.05, now)).toBe(true);
    expect(failsAt(0.25, now)).toBe(false);
    expect(formatChanges(compareResults(now, result(), 0.05))).toMatch(
      /! +.*one-skill.*REST.*median.*1\.000 ms.*1\.200 ms.*\+20\.0% \(\+16\.7% to \+23\.4%\)/,
    );
  });

  test('slower by 3% is not a change with wide intervals, is one with narrow intervals, and passes 5%', () => {
    expect(changesOf(withRest({ latencyMs: latency(1.03, 0.05) }))).toStrictEqual([]);
    const narrow = withRest({ latencyMs: latency(1.03, 0.001) });
    const earlier = withRest({ latencyMs: latency(1, 0.001) });
    expect(changesOf(narrow, earlier)).toStrictEqual([['rest', 'median', 'worse']]);
    expect(failsAt(0.05, narrow, earlier)).toBe(false);
  });

  test('the interval of the ratio combines both intervals, each side separately', () => {
    const of = (value: number, below: number, above: number): Row['latencyMs'] => ({
      ...latency(1),
      p99: { value, interval: [value / Math.exp(below), value * Math.exp(above)] },
    });
    const report = compareResults(
      withRest({ latencyMs: of(4, 0.3, 0.05) }),
      withRest({ latencyMs: of(2, 0.12, 0.4) }),
    );
    const [change] = report.changes;
    expect(change).toMatchObject({ figure: 'p99', ratio: 2 });
    expect(Math.log(change!.interval![0] / 2)).toBeCloseTo(-0.5, 10);
    expect(Math.log(change!.interval![1] / 2)).toBeCloseTo(0.13, 10);
  });

  test('faster is better and never fails', () => {
    const now = withRest({ latencyMs: latency(0.5) });
    expect(changesOf(now)).toStrictEqual([['rest', 'median', 'better']]);
    expect(failsAt(0, now)).toBe(false);
  });

  test('CPU time is a change beyond 10%, and never fails, as it has no interval', () => {
    expect(changesOf(withRest({ serverCpuUs: 436, clientCpuUs: 275 }))).toStrictEqual([]);
    expect(changesOf(withRest({ serverCpuUs: 444, clientCpuUs: 270 }))).toStrictEqual([
      ['rest', 'server CPU', 'worse'],
      ['rest', 'client CPU', 'better'],
    ]);
    expect(failsAt(0.05, withRest({ serverCpuUs: 444 }))).toBe(false);
    expect(changesOf(withRest({ serverCpuUs: undefined }))).toStrictEqual([]);
  });

  test('bytes are a change beyond 1% and beyond 2 bytes', () => {
    expect(changesOf(withRest({}, 102, 1010))).toStrictEqual([]);
    expect(changesOf(withRest({}, 103, 1011))).toStrictEqual([
      ['rest', 'bytes up', 'worse'],
      ['rest', 'bytes down', 'worse'],
    ]);
    expect(changesOf(withRest({}, 97))).toStrictEqual([['rest', 'bytes up', 'better']]);
  });

  test('any difference of requests and round trips is a change', () => {
    expect(changesOf(withRest({ requests: 1.05, roundTrips: 0.5 }))).toStrictEqual([
      ['rest', 'requests', 'worse'],
      ['rest', 'round trips', 'better'],
    ]);
  });

  test('a row that became void or failed is worse at any threshold, and its figures are not compared', () => {
    const slow = { latencyMs: latency(9) };
    for (const now of [withRest({ ...slow, void: 'it lied' }), withRest({ ...slow, errors: 3 })]) {
      expect(changesOf(now)).toStrictEqual([['rest', 'row', 'worse']]);
      expect(failsAt(10, now)).toBe(true);
      expect(compareResults(now, result()).shift).toBe(1);
    }
    expect(formatChanges(compareResults(withRest({ errors: 3 }), result()))).toContain(
      '3 of 500 calls failed',
    );
    expect(changesOf(result(), withRest({ void: 'it lied' }))).toStrictEqual([['rest', 'row', 'better']]);
    expect(changesOf(withRest({ void: 'again' }), withRest({ void: 'it lied' }))).toStrictEqual([]);
  });

  test('answers that are no longer equal make all rows of their scenario worse', () => {
    const unequal = result([{ ...scenario('one-skill'), differences: ['- a\n+ b'] }]);
    expect(changesOf(unequal)).toStrictEqual(PROTOCOL_NAMES.map((name) => [name, 'row', 'worse']));
  });

  test('a requested row that is missing is worse', () => {
    const gone = result([scenario('one-skill', [row('graphql'), row('grpc'), row('soap')])]);
    expect(changesOf(gone)).toStrictEqual([['rest', 'row', 'worse']]);
    expect(changesOf(result(), gone)).toStrictEqual([['rest', 'row', 'neither']]);
  });

  test('a scenario or protocol of one run only is shown, and never fails', () => {
    const { options } = result();
    const now = result([scenario('page-20', [row('rest')]), scenario('one-skill', [row('rest')])], {
      options: { ...options, protocols: ['rest'] },
    });
    const report = compareResults(now, result([scenario('one-skill'), scenario('batch-25')]));
    expect(report.changes).toStrictEqual([
      {
        scenario: 'page-20',
        figure: 'scenario',
        earlier: 'not measured',
        now: 'measured',
        verdict: 'neither',
      },
      {
        scenario: 'batch-25',
        figure: 'scenario',
        earlier: 'measured',
        now: 'not measured',
        verdict: 'neither',
      },
    ]);
    expect(report.worse).toStrictEqual([]);
    expect(report.warnings).toStrictEqual([
      'the conditions differ: protocols ["rest","graphql","grpc","soap"] -> ["rest"]',
    ]);
  });

  test('runs without a row in common have no shift', () => {
    const report = compareResults(result([scenario('page-20')]), result());
    expect(report).not.toHaveProperty('shift');
    expect(formatChanges(report)).not.toContain('NaN');
  });

  test('the common shift is the geometric mean of the medians, and is removed from times only', () => {
    const slower = (share: number, down: number) =>
      result([
        scenario(
          'one-skill',
          PROTOCOL_NAMES.map((name) =>
            row(name, { latencyMs: latency(name === 'rest' ? share : 2) }, 100, down),
          ),
        ),
      ]);
    const report = compareResults(slower(16, 2000), slower(1, 1000));
    expect(report.shift).toBeCloseTo(2, 10);
    const times = report.changes.filter(({ figure }) => figure === 'median');
    expect(times).toHaveLength(1);
    expect(times[0]!.ratio).toBeCloseTo(16, 10);
    expect(times[0]!.beyondShift).toBeCloseTo(8, 10);
    expect(report.changes.filter(({ figure }) => figure === 'bytes down')).toHaveLength(4);
    expect(report.changes.find(({ figure }) => figure === 'bytes down')).not.toHaveProperty('beyondShift');
    expect(formatChanges(report)).toContain('All medians together: +100.0%');
  });

  test('another Node, library, machine, option or an incomplete run is a warning that names it', () => {
    const { machine, options } = result();
    const now = result(undefined, {
      machine: { ...machine, node: 'v22.0.0', cores: 8 },
      libraries: { undici: '7.0.1', soap: '1.0.0' },
      options: { ...options, rttMs: 50 },
      ended: 'interrupted',
    });
    expect(compareResults(now, result()).warnings).toStrictEqual([
      'the conditions differ: cores 2 -> 8; node v20.1.0 -> v22.0.0; undici 7.0.0 -> 7.0.1; rttMs 0 -> 50; soap none -> 1.0.0',
      'the present run is not complete: interrupted',
    ]);
    expect(formatChanges(compareResults(now, result()))).toMatch(
      /^warning: the conditions differ.*v22\.0\.0/m,
    );
  });
});

describe('200 rows with correct intervals, seed 1', () => {
  const random = createRandom(1);
  /** Box and Muller's: from a normal distribution of mean 0 and variance 1. */
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Drawn around the true value, with the error that its interval covers. */
  const drawn = (truth: number): Estimate => {
    const error = 0.005 + 0.05 * random();
    const value = truth * Math.exp(error * normal());
    return { value, interval: [value * Math.exp(-1.96 * error), value * Math.exp(1.96 * error)] };
  };
  const drawnRun = (factor: number): ComparisonResult =>
    result(
      Array.from({ length: 50 }, (_, index) =>
        scenario(
          `scenario-${index}`,
          PROTOCOL_NAMES.map((name) => {
            const [median, p99] = [drawn(factor * (1 + index)), drawn(factor * (3 + index))];
            return row(name, { latencyMs: { median, p90: median, p95: p99, p99, max: 100 } });
          }),
        ),
      ),
    );
  const shareChanged = (now: ComparisonResult, earlier: ComparisonResult, figure: string): number =>
    compareResults(now, earlier).changes.filter((change) => change.figure === figure).length / 200;

  test.each(['median', 'p99'])('rows of the same distribution have a changed %s in about 5%%', (figure) => {
    const share = shareChanged(drawnRun(1), drawnRun(1), figure);
    expect(share).toBeLessThan(0.1);
    expect(share).toBeGreaterThan(0.01);
  });

  test('rows three times as slow are all changed', () => {
    const [now, earlier] = [drawnRun(3), drawnRun(1)];
    expect(shareChanged(now, earlier, 'median')).toBe(1);
    expect(compareResults(now, earlier).shift).toBeCloseTo(3, 1);
  });
});

describe('reading an earlier result', () => {
  const fileOf = (text: string): string => {
    const file = path.join(tempFolder(), 'earlier.json');
    writeFileSync(file, text);
    return file;
  };

  test('a written result is read back', async () => {
    await expect(readResult(fileOf(JSON.stringify(result())))).resolves.toStrictEqual(result());
  });

  test.each([
    ['an empty file', '', 'is not JSON: '],
    ['half a file', '{\n"format":\n', 'is not JSON: '],
    ['null', 'null', 'is not a result of compare --json'],
    ['an array', '[1]', 'is not a result of compare --json'],
    ['another format', '{"version": 1}', 'is not a result of compare --json'],
    [
      'a later version',
      JSON.stringify({ ...result(), version: 7 }),
      'is a result of version 7; this program reads version 1',
    ],
    [
      'no version',
      JSON.stringify({ ...result(), version: undefined }),
      'is a result of version undefined; this program reads version 1',
    ],
    [
      'a store that is a number',
      JSON.stringify({ ...result(), store: 5 }),
      /is not a complete result: .* at store$/,
    ],
    [
      'less than no calls',
      JSON.stringify(withRest({ calls: -1 })),
      /is not a complete result: .* at scenarios\.0\.rows\.0\.calls$/,
    ],
    [
      'a member too many',
      JSON.stringify({ ...result(), more: 1 }),
      /is not a complete result: Unrecognized key: "more"$/,
    ],
  ])('%s is refused in one line that names the file', async (_, text, complaint) => {
    const file = fileOf(text);
    const error = await readResult(file).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(complaint);
    expect(error?.message.startsWith(`${file} is `)).toBe(true);
    expect(error?.message).not.toContain('\n');
  });

  test('a missing file and a folder are rejected in one line', async () => {
    const folder = tempFolder();
    await expect(readResult(path.join(folder, 'none.json'))).rejects.toThrow(
      `${folder}/none.json cannot be read: there is no such file`,
    );
    await expect(readResult(folder)).rejects.toThrow(`${folder} cannot be read: EISDIR`);
  });
});

describe('a percentage', () => {
  test.each([
    ['5%', 0.05],
    [' 0.5% ', 0.005],
    ['0%', 0],
    ['150%', 1.5],
  ])('%j is %d', (text, share) => {
    expect(parsePercent(text)).toBe(share);
  });

  test.each(['5', '', '%', '-5%', '5 %', 'abc', '1e3%', '5%%', 'NaN%'])('%j is not a percentage', (text) => {
    expect(() => parsePercent(text)).toThrow(`${JSON.stringify(text)} is not a percentage; write it as 5%`);
  });
});
