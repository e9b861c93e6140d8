/** Races against real server processes, and the end of those processes. */
import { execFileSync } from 'node:child_process';
import type { RaceEvent, RaceRequest } from '../../src/explorer/api';
import { openRaces, type Races } from '../../src/explorer/race';
import { parseRaceRequest } from '../../src/explorer/requests';
import { tempFolder, tempService } from '../support/temp';

const FOUR = ['rest', 'graphql', 'grpc', 'soap'];
const QUESTION: RaceRequest = { operation: 'getSkill', input: { id: 'graphql' }, rttMs: 0, seconds: 1 };

let races: Races;

beforeAll(async () => {
  const dataFolder = tempFolder();
  const service = await tempService(undefined, dataFolder);
  await service.close();
  races = openRaces({ dataFolder });
});
afterAll(() => races.stop());

const never = new AbortController().signal;

const eventsOf = async (request: Partial<RaceRequest>): Promise<RaceEvent[]> => {
  const events: RaceEvent[] = [];
  for await (const event of races.race({ ...QUESTION, ...request }, never)) events.push(event);
  return events;
};

const ofKind = <K extends RaceEvent['kind']>(events: readonly RaceEvent[], kind: K) =>
  events.filter((event): event is Extract<RaceEvent, { kind: K }> => event.kind === kind);

/** Running child processes that were started for races. */
const childProcesses = (program: string): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(program))
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
    .filter(([, parent]) => parent === process.pid)
    .map(([pid]) => pid);
const SERVERS = 'rosetta.js serve --only';
const RELAYS = 'relay-process.js';

test('a race emits the rounds of all four protocols, then the result', async () => {
  const events = await eventsOf({ rttMs: 5 });
  const rounds = ofKind(events, 'round');
  expect(rounds.length).toBeGreaterThanOrEqual(8);
  for (const { latenciesMs } of rounds) expect(Object.keys(latenciesMs)).toEqual(FOUR);
  const last = events.at(-1);
  if (last?.kind !== 'result') throw new Error(`The last event is ${JSON.stringify(last)}`);
  expect(last.rows.map(({ protocol }) => protocol)).toEqual(FOUR);
  for (const { protocol, calls, medianMs, interval, p99Ms, ratio, bytes } of last.rows) {
    expect(calls).toBe(rounds.flatMap(({ latenciesMs }) => latenciesMs[protocol] ?? []).length);
    // No call is faster than the added round-trip time.
    expect(medianMs).toBeGreaterThan(5);
    expect(interval[0]).toBeLessThanOrEqual(medianMs);
    expect(interval[1]).toBeGreaterThanOrEqual(medianMs);
    expect(p99Ms).toBeGreaterThanOrEqual(medianMs);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(bytes).toBeGreaterThan(200);
  }
  expect(Math.min(...last.rows.map(({ ratio }) => ratio))).toBe(1);
  expect(childProcesses(SERVERS)).toHaveLength(4);
  expect(childProcesses(RELAYS)).toEqual([]);
});

test('a sweep emits its points, then a result per point, then the crossings of the ranking', async () => {
  const events = await eventsOf({ operation: 'listSkills', input: { fields: ['id'] }, sweep: 'pageSize' });
  const positions = [1, 2, 5, 10, 20, 42];
  expect(ofKind(events, 'equal')).toEqual([{ kind: 'equal', items: 20, totalSize: 42 }]);
  expect(ofKind(events, 'points')).toEqual([{ kind: 'points', positions }]);
  const results = ofKind(events, 'result');
  expect(results.map(({ at }) => at)).toEqual(positions);
  for (const protocol of FOUR) {
    const bytes = results.map(({ rows }) => rows.find((row) => row.protocol === protocol)?.bytes ?? 0);
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
  }
  const last = events.at(-1);
  expect(last?.kind).toBe('crossings');
  for (const { at, between, quicker, slower: than } of last?.kind === 'crossings' ? last.crossings : []) {
    expect(quicker).not.toBe(than);
    expect(at).toBeGreaterThanOrEqual(between[0]);
    expect(at).toBeLessThanOrEqual(between[1]);
  }
});

test('writes, operations that need a token, and sweeps of a missing quantity are rejected', async () => {
  const { input, ...rest } = QUESTION;
  expect(() => parseRaceRequest({ ...rest, input, operation: 'deleteSkill' })).toThrow(/must be a read/);
  expect(() => parseRaceRequest({ ...rest, input: {}, operation: 'listProgress' })).toThrow(
    /must not need a token/,
  );
  expect(() => parseRaceRequest({ ...QUESTION, seconds: 61 })).toThrow(/seconds/);
  await expect(eventsOf({ sweep: 'pageSize' })).rejects.toThrow('sweep: getSkill has no pages');
});

test('a call that gives an error is not raced', async () => {
  const events = await eventsOf({ input: { id: 'cobol' } });
  expect(events.at(-1)).toEqual({ kind: 'failed', reason: expect.stringMatching(/error.*cobol/i) });
  expect(ofKind(events, 'round')).toEqual([]);
});

test('a second race is rejected while one is running, and runs after that one is aborted', async () => {
  const given = new AbortController();
  // At this bandwidth one response takes longer than the test's timeout.
  const slow: RaceRequest = {
    ...QUESTION,
    ...{ operation: 'listSkills', input: { pageSize: 200 }, rttMs: 500, bandwidthMbit: 0.001 },
  };
  const first = races.race(slow, given.signal);
  for await (const event of first) if (event.kind === 'progress' && event.text === 'Warming up') break;
  expect(childProcesses(RELAYS)).toEqual([]);

  const second = races.race(slow, given.signal);
  const events: RaceEvent[] = [];
  const reading = (async () => {
    for await (const event of second) events.push(event);
  })();
  await expect(eventsOf({})).rejects.toMatchObject({ status: 409 });
  given.abort();
  await reading;
  expect(ofKind(events, 'result')).toEqual([]);
  expect(ofKind(await eventsOf({}), 'result')).toHaveLength(1);
});

test('a server that dies ends its race, and stopping the races leaves no process', async () => {
  let last: RaceEvent | undefined;
  for await (const event of races.race({ ...QUESTION, seconds: 60 }, never)) {
    if (event.kind === 'round' && last?.kind !== 'round')
      process.kill(childProcesses(SERVERS)[0]!, 'SIGKILL');
    last = event;
  }
  expect(last).toEqual({ kind: 'failed', reason: expect.stringMatching(/server ended/) });

  const running = races.race({ ...QUESTION, rttMs: 5, seconds: 60 }, never);
  for await (const event of running) {
    if (event.kind !== 'round') continue;
    expect([childProcesses(SERVERS), childProcesses(RELAYS)].map(({ length }) => length)).toEqual([4, 1]);
    await races.stop();
  }
  expect([...childProcesses(SERVERS), ...childProcesses(RELAYS)]).toEqual([]);
});
