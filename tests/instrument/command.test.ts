/** `rosetta compare` with short runs: its answers, its output and its exit codes, but not its figures. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServers, stopServers } from '../../src/app/servers';
import { openService } from '../../src/app/service';
import { toCompareOptions } from '../../src/cli/compare';
import { type ComparisonResult, resultSchema } from '../../src/compare/run/result';
import { SCENARIOS } from '../../src/compare/scenarios/index';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { type Running, run, start } from '../cli/run';
import { adaToken } from '../support/caller';
import { tempFolder } from '../support/temp';

const resultOf = (text: string): ComparisonResult => resultSchema.parse(JSON.parse(text));
const SHORT = ['compare', '--seconds', '0.05', '--skills', '200'];
const ONE = [...SHORT, '--scenario', 'one-skill', '--protocol', 'rest,grpc'];

/** Resolves to the server processes of a run, as soon as there are `count`. */
const serversOf = async ({ child }: Running, count: number): Promise<number[]> => {
  for (;;) {
    let pids: number[] = [];
    try {
      pids = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map(Number);
    } catch {}
    if (pids.length >= count) return pids;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const lives = (pid: number): boolean => existsSync(`/proc/${pid}`);

test('scenarios of every kind have four equal answers and every figure', async () => {
  const names = ['one-skill', 'page-200-nested', 'screen-well', 'create-update-delete', 'not-found'];
  const { code, out } = await run([...SHORT, '--json', '--scenario', names.join(',')]);
  expect(code).toBe(0);
  const result = resultOf(out);
  expect(result.scenarios.map(({ name }) => name)).toEqual(names);
  expect(Object.keys(result.processes)).toEqual(PROTOCOL_NAMES);
  for (const { differences, rows } of result.scenarios) {
    expect(differences).toEqual([]);
    expect(rows.map(({ protocol }) => protocol)).toEqual(PROTOCOL_NAMES);
    for (const row of rows) {
      expect(row).toMatchObject({ errors: 0, roundTrips: expect.any(Number), requests: expect.any(Number) });
      expect(row.void).toBeUndefined();
      expect(row.sampled).toBeGreaterThanOrEqual(8);
      expect(row.latencyMs.median.value).toBeGreaterThan(0);
      expect(row.clientCpuUs).toBeGreaterThan(0);
      expect(row.serverCpuUs).toBeGreaterThan(0);
      expect(row.histogram.reduce((sum, [, count]) => sum + count, 0)).toBe(row.calls);
    }
  }
}, 60_000);

test("the tables mark the best, the files hold the same result, and the operator's own scenario is a file", async () => {
  const folder = tempFolder();
  const [json, html, markdown] = ['result.json', 'report.html', 'report.md'].map((name) =>
    join(folder, name),
  );
  const own = join(folder, 'levels.js');
  writeFileSync(
    own,
    `const ask = (api, id) => api.getSkill({ id, fields: ['level'] });
exports.default = {
  name: 'levels',
  question: 'the level of a skill',
  draw: ({ skillIds }, random) => skillIds[Math.floor(random() * skillIds.length)],
  ask: { rest: ask, graphql: ask, grpc: ask, soap: ask },
};`,
  );
  const files = ['--json', json!, '--html', html!, '--markdown', markdown!];
  const scenarios = ['--scenario', `one-skill,${own}`, '--protocol', 'grpc,rest'];
  const { code, out } = await run([...SHORT, ...scenarios, ...files]);
  expect(code).toBe(0);
  expect(out).toContain('✓ 2 equal answers');
  expect(out).toMatch(/^gRPC .*\*\d+ +\*\d+ /m);
  expect(out).toContain('REST and gRPC gave equal answers in all 2 scenarios.');
  const result = resultOf(readFileSync(json!, 'utf8'));
  expect(result).toMatchObject({ ended: 'complete', scenarios: [{ base: 'rest' }, { name: 'levels' }] });
  for (const file of [html!, markdown!])
    expect(readFileSync(file, 'utf8')).toContain(result.scenarios[0]!.question);

  // The earlier times become a thousandth, so the present run is worse.
  const [row] = result.scenarios[0]!.rows;
  for (const estimate of [row!.latencyMs.median, row!.latencyMs.p99]) {
    estimate.value /= 1000;
    estimate.interval = [estimate.value, estimate.value];
  }
  writeFileSync(json!, JSON.stringify(result));
  const against = await run([...ONE, '--against', json!, '--fail-on', '5%']);
  expect(against.code).toBe(1);
  expect(against.out).toMatch(/one-skill.*REST|REST.*one-skill/);
}, 60_000);

test.each([
  ['while the servers start', 1, 1],
  ['while it measures', 2, 1200],
])(
  'Ctrl+C %s leaves no process and no folder behind',
  async (_when, count, waitMs) => {
    const TMPDIR = tempFolder();
    const words = ['compare', '--seconds', '20', '--scenario', 'one-skill', '--protocol', 'rest,soap'];
    const running = start(words, { TMPDIR });
    const pids = await serversOf(running, count);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    expect({ code, err }).toEqual({ code: 130, err: '' });
    expect(out).toContain('The run was interrupted');
    expect(readdirSync(TMPDIR)).toEqual([]);
    expect(pids.filter(lives)).toEqual([]);
  },
  60_000,
);

test('a killed server is one line and exit code 2, and the result holds the measurements until then', async () => {
  const folder = tempFolder();
  const TMPDIR = tempFolder();
  const [scenario, json] = [join(folder, 'killing.js'), join(folder, 'result.json')];
  // The check of equality makes six calls and the warm-up some more: the twentieth call is timed.
  writeFileSync(
    scenario,
    `let calls = 0;
const ask = async (api, id) => {
  calls += 1;
  const grpc = ['-P', String(process.pid), '-f', 'only grpc'];
  if (calls === 20) require('node:child_process').execFileSync('pkill', ['-KILL', ...grpc]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return api.getSkill({ id });
};
exports.default = {
  name: 'killing',
  question: 'who is still there',
  draw: ({ skillIds: [id] }) => id,
  ask: { rest: ask, grpc: ask },
};`,
  );
  const words = [...SHORT, '--protocol', 'rest,grpc', '--scenario', `one-skill,${scenario}`, '--json', json];
  const { code, out, err } = await run(words, { TMPDIR });
  expect({ code, err }).toEqual({
    code: 2,
    err: 'error: the grpc server ended in the middle of the run (SIGKILL)\n',
  });
  expect(out).toContain('The run ended early');
  expect(resultOf(readFileSync(json, 'utf8'))).toMatchObject({
    ended: 'failed',
    scenarios: [
      { name: 'one-skill', rows: [{ protocol: 'rest' }, { protocol: 'grpc' }] },
      { name: 'killing' },
    ],
  });
  expect(readdirSync(TMPDIR)).toEqual([]);
}, 60_000);

test('all scenarios are measured by default; for external servers, those that write are left out', () => {
  const names = (command: object) =>
    toCompareOptions({ rtt: 0, seed: 1, skills: 1000, ...command }).scenarios.map(({ name }) => name);
  const all = SCENARIOS.map(({ name }) => name);
  expect(names({})).toEqual(all);
  expect(names({ restUrl: 'http://127.0.0.1:1' })).toEqual(
    all.filter((name) => name !== 'create-update-delete'),
  );
  const writing = { restUrl: 'http://127.0.0.1:1', scenario: ['create-update-delete'] };
  expect(names({ ...writing, token: 'a.b.c' })).toHaveLength(1);
  expect(() => names(writing)).toThrow('create-update-delete writes, which requires a token');
});

test('external servers are measured; unequal answers are not timed; a full disk is one line after the tables', async () => {
  const ports = { rest: 0, graphql: 0, grpc: 0, soap: 0 };
  const started = await Promise.all(
    [120, 121].map(async (skills) => {
      const service = await openService({ dataFolder: tempFolder(), seed: generateSkillMap(skills) });
      return {
        service,
        servers: await startServers(service, { host: '127.0.0.1', ports, only: ['rest', 'grpc'] }),
      };
    }),
  );
  const [one, other] = started.map(({ servers }) => servers);
  const address = (servers: typeof one, name: 'rest' | 'grpc') => servers!.get(name)!.address;
  try {
    const words = [...SHORT, '--scenario', 'one-skill', '--rest-url', address(one, 'rest'), '--grpc-target'];
    const json = join(tempFolder(), 'result.json');
    const same = await run([...words, address(one, 'grpc'), '--json', json, '--html', '/dev/full']);
    expect([same.code, same.err]).toEqual([2, 'error: cannot write /dev/full: the disk is full\n']);
    expect(same.out).toContain('✓ 2 equal answers');
    const [{ rows }] = resultOf(readFileSync(json, 'utf8')).scenarios as [ComparisonResult['scenarios'][0]];
    expect(rows.map(({ protocol, serverCpuUs }) => [protocol, serverCpuUs])).toEqual([
      ['rest', undefined],
      ['grpc', undefined],
    ]);
    const token = await adaToken(started[0]!.service);
    const write = [...words, address(one, 'grpc'), '--scenario', 'create-update-delete', '--json'];
    const written = await run([...write, '--token', token]);
    expect(written.code).toBe(0);
    expect(resultOf(written.out).scenarios).toMatchObject([{ differences: [] }]);
    expect(written.out).not.toContain(token);
    const unequal = await run([...words, address(other, 'grpc')]);
    expect(unequal.code).toBe(1);
    expect(unequal.out).toContain('✗ the answers are not equal');
    expect(unequal.out).toMatch(/^--- rest\n\+\+\+ grpc\n[\s\S]*^\+ +"summary": "/m);
  } finally {
    for (const { servers, service } of started) {
      await stopServers(servers);
      await service.close();
    }
  }
}, 60_000);

test.each([
  [['--rtt', 'abc'], 'is not a duration; write 50ms'],
  [['--rtt', '50'], 'has no unit'],
  [['--bandwidth', '0mbit'], 'must be above 0'],
  [['--repeat', '1.5'], 'It must be a whole number'],
  [['--scenario', 'one-skil'], 'did you mean one-skill?'],
  [['--protocol', 'rset'], 'rest, graphql, grpc, soap'],
  [['--sweep', 'loss'], 'rtt, bandwidth'],
  [['--html', '/nowhere/report.html'], 'there is no such folder'],
  [['--against', __filename], 'command.test.ts'],
  [['--fail-on', '5%'], '--against'],
  [['--fail-on', 'abc'], 'write it as 5%'],
  [['--rest-url', 'http://127.0.0.1:80/api'], 'without a path'],
  [['--grpc-target', 'http://127.0.0.1:80'], 'host:port'],
])('a mistake is a line, a hint and exit code 2: %j', async (words, hint) => {
  const { code, out, err } = await run(['compare', '--quick', ...words]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(hint);
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
  expect(err).not.toMatch(/^ {4}at /m);
});
