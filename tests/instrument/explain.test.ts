/** The rungs and arms of an explanation: with servers in this process for answers, with real processes for the rest. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { type ExplainResult, explain } from '../../src/compare/explain';
import { ARM_PAIRS, openPair } from '../../src/compare/explain/arms';
import { isRead, type ReadCall } from '../../src/compare/explain/codecs';
import { openDomain, openLadder } from '../../src/compare/explain/ladder';
import { type ExplainSetup, openExplainSetup } from '../../src/compare/explain/setup';
import { SCENARIOS } from '../../src/compare/scenarios';
import { type CatalogueSample, sampleCatalogue } from '../../src/compare/scenarios/support/catalogue-sample';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { Scenario } from '../../src/compare/scenarios/support/scenario';
import { PROTOCOL_NAMES, type RunningServer } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { startCapture } from '../../src/wire/capture';
import { CONTRACT_MAP } from '../support/contract-map';
import { type Served, serveMap } from '../support/served';

const SEED = 20260302;

let served: Served;
let world: CatalogueSample;

beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES, { seed: CONTRACT_MAP });
  world = await sampleCatalogue(served.service.api);
});

/** Servers that a test has started, to stop also after a failure. */
const stops: (() => unknown)[] = [];
const stopping = <T extends { stop(): unknown }>(started: T): T => {
  stops.push(() => started.stop());
  return started;
};

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

afterAll(async () => {
  expect(served.logged).toEqual([]);
  await served.stop();
});

const callOf = (scenario: Scenario): ReadCall | undefined => {
  const call = scenario.call?.(scenario.draw(world, createRandom(SEED)));
  return call && isRead(call) && scenario.expects === undefined ? call : undefined;
};
const EXPLAINED = ['one-skill', 'page-20', 'two-fields', 'batch-25', 'learning-path'];
const named = (name: string): Scenario => SCENARIOS.find((scenario) => scenario.name === name)!;

/** A setup whose servers run in this process: they give the same answers and start faster. */
const openSetupInProcess = async (call: ReadCall, addresses = served.address): Promise<ExplainSetup> => {
  const { api } = served.service;
  const setup = await openExplainSetup({ call, api, protocols: PROTOCOL_NAMES, addresses });
  stopping({ stop: setup.close });
  const start: ExplainSetup['start'] = async ({ name, answer }) => {
    const { serve } = require(path.join(__dirname, '../../src/compare/explain/servers', name));
    const server: RunningServer = await serve(answer);
    return stopping(server).address;
  };
  return { ...setup, start };
};

test('exactly the scenarios with one operation that reads and succeeds can be explained', async () => {
  expect(SCENARIOS.filter(callOf).map(({ name }) => name)).toEqual(EXPLAINED);
  for (const scenario of SCENARIOS.filter((one) => !EXPLAINED.includes(one.name))) {
    expect(await runExplain({ scenario })).toEqual({
      noExplanation: expect.stringMatching(/^It(s| takes) .*\.$/),
    });
  }
});

test.each(EXPLAINED)(
  `every rung and arm of %s gives the very answer of the service (seed ${SEED})`,
  async (name) => {
    const setup = await openSetupInProcess(callOf(named(name))!);
    const opened = [
      await openDomain(setup),
      ...(await Promise.all(PROTOCOL_NAMES.map((protocol) => openLadder(setup, protocol)))),
      ...(await Promise.all(ARM_PAIRS.map((pair) => openPair(pair, setup)))),
    ].flat();
    expect(opened).toHaveLength(1 + 4 * PROTOCOL_NAMES.length + 2 * ARM_PAIRS.length);
    for (const { name, call } of opened) {
      // The second answer comes from the memoized encoding of the first.
      for (const _ of [1, 2])
        expect({ name, ...(await call(setup.output)) }).toStrictEqual({ name, value: setup.output });
    }
  },
);

test('one side of the GraphQL arm sends the same document each time, the other always a new one', async () => {
  const capture = stopping(await startCapture('graphql', served.address.graphql));
  const addresses = { ...served.address, graphql: capture.address };
  const setup = await openSetupInProcess(callOf(named('one-skill'))!, addresses);
  const documents = async () =>
    (await capture.exchanges()).map(({ request }) => JSON.parse(String(request.body)).query as string);
  const before = (await documents()).length;
  const pair = ARM_PAIRS.find(({ of }) => of.includes('graphql'))!;
  for (const { call } of await openPair(pair, setup)) for (const _ of [1, 2, 3]) await call(setup.output);
  const [one, two, three, ...fresh] = (await documents()).slice(before);
  expect([two, three]).toEqual([one, one]);
  expect(fresh).toHaveLength(3);
  expect(new Set([one, ...fresh]).size).toBe(4);
});

const runExplain = (options: Partial<Parameters<typeof explain>[0]> = {}): Promise<ExplainResult> => {
  const scenario = options.scenario ?? named('one-skill');
  return explain({
    scenario,
    protocols: PROTOCOL_NAMES,
    addresses: served.address,
    service: served.service,
    draws: [scenario.draw(world, createRandom(SEED))],
    random: createRandom(SEED),
    seconds: 1,
    ...options,
  });
};

/** The processes that a process has started for an explanation. */
const children = (of = process.pid): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(path.join('explain', 'child.js')))
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
    .filter(([, parent]) => parent === of)
    .map(([pid]) => pid);

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('an explanation has a ladder for each protocol and each arm with its interval, and leaves no process', async () => {
  let pids: number[] = [];
  const shares: number[] = [];
  const found = await runExplain({
    tick: (share) => {
      shares.push(share);
      if (pids.length === 0) pids = children();
    },
  });
  if ('noExplanation' in found) throw new Error(found.noExplanation);
  const { ladders, arms } = found.explanation;
  expect(ladders.map(({ protocol }) => protocol)).toEqual(PROTOCOL_NAMES);
  for (const { protocol: _, ...rungs } of ladders) {
    expect(Math.min(...Object.values(rungs))).toBeGreaterThan(0);
    expect(rungs.domainUs).toBeLessThan(rungs.wholeUs);
  }
  expect(arms.map(({ name, against }) => [name, against])).toEqual(
    ARM_PAIRS.map(({ arm, against }) => [arm.name, against.name]),
  );
  for (const { medianUs, ratio } of arms) {
    expect(medianUs.value).toBeGreaterThan(0);
    expect(ratio.interval[0]).toBeLessThanOrEqual(ratio.value);
    expect(ratio.interval[1]).toBeGreaterThanOrEqual(ratio.value);
  }
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  // Two for each protocol, and one for each arm except GraphQL's, which calls the service.
  expect(pids).toHaveLength(2 * PROTOCOL_NAMES.length + 2 * (ARM_PAIRS.length - 1));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('30 ms in the service show in the whole, and in no other rung', async () => {
  const { api, graph } = served.service;
  const getSkill: SkillsApi['getSkill'] = (input) => sleep(31).then(() => api.getSkill(input));
  const server = await PROTOCOLS.rest.serve({ ...api, getSkill }, { host: '127.0.0.1', port: 0, graph });
  const slow = stopping(server);
  const found = await runExplain({ protocols: ['rest'], addresses: { rest: slow.address } });
  if ('noExplanation' in found) throw new Error(found.noExplanation);
  const [{ wholeUs, protocol, ...others } = { wholeUs: 0, protocol: 'none' }] = found.explanation.ladders;
  expect([protocol, found.explanation.arms]).toEqual(['rest', []]);
  expect(wholeUs).toBeGreaterThanOrEqual(30_000);
  expect(Math.max(...Object.values(others as Record<string, number>))).toBeLessThan(30_000);
});

test('a server with another catalogue is not explained, and the reason names it', async () => {
  const other = stopping(await serveMap(['soap']));
  for (const name of ['page-20', 'learning-path']) {
    const addresses = { ...served.address, soap: other.address.soap };
    expect(
      await runExplain({ scenario: named(name), addresses, draws: [name === 'page-20' ? '' : 'deployment'] }),
    ).toEqual({
      noExplanation: expect.stringMatching(/^The .*server of soap .*\.$/),
    });
  }
});

test.each([
  ['while its processes start', () => children().length > 0],
  ['while they are timed', (share: number) => share > 0.3],
])('interrupted %s, it ends at once and leaves no process', async (_when, isReady) => {
  const abort = new AbortController();
  stops.push(() => abort.abort());
  let share = 0;
  let over = false;
  const tick = (now: number) => {
    share = now;
  };
  const explaining = runExplain({
    protocols: ['rest'],
    seconds: 5,
    signal: abort.signal,
    tick,
  }).finally(() => {
    over = true;
  });
  while (!isReady(share) && !over) await sleep(10);
  const pids = children();
  abort.abort();
  const begin = performance.now();
  expect(await explaining).toEqual({ noExplanation: 'The run was interrupted before this was explained.' });
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(pids.length).toBeGreaterThan(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a process ends when its parent is killed', async () => {
  const start = path.join(__dirname, '../../dist/compare/explain/start.js');
  const script = `require(process.argv[1]).startServer({ name: 'bare-rest', what: {} }).address.then(console.log)`;
  const parent = spawn(process.execPath, ['-e', script, start], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  const pids = children(parent.pid);
  stops.push(() => pids.filter(isAlive).map((pid) => process.kill(pid)));
  expect(pids.filter(isAlive)).toHaveLength(1);
  parent.kill('SIGKILL');
  for (let tries = 0; tries < 100 && pids.some(isAlive); tries += 1) await sleep(20);
  expect(pids.filter(isAlive)).toEqual([]);
});
