/** Sweeps with known crossovers: one slow response against three quick ones. */
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Answer } from '../../src/calls/answers';
import {
  findCrossovers,
  type SweepOptions,
  sweepScenario,
  sweepSeconds,
} from '../../src/compare/network/sweep';
import oneSkill from '../../src/compare/scenarios/one-skill';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { Scenario } from '../../src/compare/scenarios/support/scenario';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Distance } from '../../src/wire/distance';
import { dial, relayTo, serve } from '../compare/sockets';

// Other work can bring quick and slow responses closer together, but not three times in a row.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const OPTIONS = {
  over: 'rtt',
  scenario: oneSkill as Scenario,
  protocols: ['rest', 'grpc'],
  draw: () => 'git',
  call: async () => ({ value: 1 }),
  base: { rttMs: 7, bandwidthMbit: 100 },
  setDistance: async () => {},
  random: createRandom(1),
  tick: () => {},
} satisfies SweepOptions;

/** Ends a sweep after some points. */
const after = (points: number, of: number) => {
  const controller = new AbortController();
  const tick = (share: number): void => {
    if (share * of > points - 0.5) controller.abort();
  };
  return { tick, signal: controller.signal };
};

const points = (...medians: [at: number, rest: number, grpc: number][]) =>
  medians.map(([at, rest, grpc]) => ({ at, medianMs: { rest, grpc } }));

describe('crossovers', () => {
  test('lie on the straight line between two points, and name first the protocol that becomes slower', () => {
    expect(findCrossovers(points([0, 2, 1], [10, 12, 21]))).toEqual([{ at: 1, protocols: ['grpc', 'rest'] }]);
    expect(findCrossovers(points([0, 1, 2], [10, 21, 12]))).toEqual([{ at: 1, protocols: ['rest', 'grpc'] }]);
    expect(findCrossovers(points([0, 1, 2], [10, 12, 11], [30, 20, 30]))).toEqual([
      { at: 5, protocols: ['rest', 'grpc'] },
      { at: 10 + 20 / 11, protocols: ['grpc', 'rest'] },
    ]);
  });

  test('over the bandwidth lie on the straight line over the time per byte', () => {
    // rest: 100 kB; grpc: 10 kB and 72 ms. They are equal at the rate at which 90 kB take 72 ms.
    const at = (mbit: number): [number, number, number] => [mbit, 800 / mbit, 72 + 80 / mbit];
    const [found, ...others] = findCrossovers(points(at(1), at(5), at(1000)), 'bandwidth');
    expect(found).toEqual({ at: expect.closeTo(10, 6), protocols: ['grpc', 'rest'] });
    expect(others).toEqual([]);
  });

  test('are not found in noise, which is 5% or less on either side', () => {
    expect(findCrossovers(points([0, 100, 104], [10, 104, 100], [20, 100, 105]))).toEqual([]);
    expect(findCrossovers(points([0, 100, 120], [10, 104, 100]))).toEqual([]);
    expect(findCrossovers(points([0, 100, 120], [10, 100, 120], [20, 100, 300]))).toEqual([]);
  });

  test('are found across a point at which the two are about equal', () => {
    expect(findCrossovers(points([0, 10, 20], [10, 30, 30], [20, 50, 40]))).toEqual([
      { at: 10, protocols: ['rest', 'grpc'] },
    ]);
  });

  test('are found in each pair, at points with both protocols', () => {
    const found = findCrossovers([
      { at: 0, medianMs: { rest: 1, grpc: 2, soap: 3, graphql: 1 } },
      { at: 10, medianMs: { rest: 30, grpc: 20, soap: 10 } },
    ]);
    expect(found.map(({ protocols }) => protocols.join())).toEqual(['rest,grpc', 'rest,soap', 'grpc,soap']);
    expect(findCrossovers([])).toEqual([]);
  });
});

/** A server that responds to `s` after 14 ms and to anything else at once. */
const startSlowServer = () =>
  serve((socket) =>
    socket.on('data', (chunk) => setTimeout(() => socket.write(chunk), String(chunk) === 's' ? 14 : 0)),
  );

const exchange = (socket: Socket, text: string): Promise<void> =>
  new Promise((resolve) => {
    socket.once('data', () => resolve());
    socket.write(text);
  });

test('one slow response overtakes three quick ones when two round trips take as long as the delay', async () => {
  const { port } = await startSlowServer();
  const relay = await relayTo(port, { rttMs: 0 });
  const socket = dial(relay.address);
  const call = async (protocol: ProtocolName): Promise<Answer> => {
    for (const text of protocol === 'rest' ? ['s'] : ['q', 'q', 'q']) await exchange(socket, text);
    return { value: protocol };
  };
  const setDistance = async (distance: Distance) => relay.setDistance(distance);
  const sweep = await sweepScenario({ ...OPTIONS, call, setDistance, base: { rttMs: 0 }, ...after(5, 9) });
  expect(sweep).toMatchObject({ over: 'rtt', unit: 'ms' });
  expect(sweep.points.map(({ at }) => at)).toEqual([0, 1, 2, 5, 10]);
  for (const { at, medianMs } of sweep.points) {
    expect(medianMs.rest).toBeGreaterThanOrEqual(14 + at - 1);
    expect(medianMs.rest).toBeLessThan(14 + at + 100);
    expect(medianMs.grpc).toBeGreaterThanOrEqual(3 * at - 1);
    expect(medianMs.grpc).toBeLessThan(3 * at + 100);
  }
  expect(sweep.crossovers).toEqual([{ at: expect.any(Number), protocols: ['grpc', 'rest'] }]);
  // 7 ms, less the round-trip time of the sockets themselves.
  expect(Math.abs(sweep.crossovers[0]!.at - 7)).toBeLessThan(7);
});

test('every protocol gets the same inputs at every point, as often as others of its speed', async () => {
  const asked: string[] = [];
  let draws = 0;
  const drawn = () => `question ${++draws}`;
  const call = async (protocol: ProtocolName, question: unknown) => ({
    value: asked.push(`${protocol} ${question}`),
  });
  const distances: Distance[] = [];
  const setDistance = async (distance: Distance) => void distances.push(distance);
  const sweep = await sweepScenario({ ...OPTIONS, over: 'bandwidth', draw: drawn, call, setDistance });
  const positions = [1, 2, 5, 10, 20, 50, 100, 1000];
  expect(sweep.points.map(({ at }) => at)).toEqual(positions);
  expect(distances).toEqual([
    ...positions.map((bandwidthMbit) => ({ rttMs: 7, bandwidthMbit })),
    { rttMs: 7, bandwidthMbit: 100 },
  ]);
  expect(draws).toBe(3);
  const count = (text: string) => asked.filter((other) => other === text).length;
  for (const protocol of ['rest', 'grpc']) {
    // One more call opens the connection before the timing.
    expect([1, 2, 3].map((question) => count(`${protocol} question ${question}`))).toEqual([81, 80, 80]);
  }
  expect(asked.join()).toMatch(/rest question 3,grpc question 1/);
  expect(asked.join()).toMatch(/grpc question 3,grpc question 1|rest question 3,rest question 1/);
});

test('an abort during a call ends the sweep at once, with its complete points', async () => {
  const controller = new AbortController();
  let rttMs = 0;
  const setDistance = async (distance: Distance) => {
    rttMs = distance.rttMs;
    if (rttMs === 2) setTimeout(() => controller.abort(), 20);
  };
  const call = (): Promise<Answer> => (rttMs === 2 ? new Promise(() => {}) : Promise.resolve({ value: 1 }));
  const begin = performance.now();
  const sweep = await sweepScenario({ ...OPTIONS, call, setDistance, signal: controller.signal });
  expect(sweep.points.map(({ at }) => at)).toEqual([0, 1]);
  expect(rttMs).toBe(OPTIONS.base.rttMs);
  expect(performance.now() - begin).toBeLessThan(1000);
});

const NOT_FOUND: Answer = {
  error: { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND', message: 'There is none.', details: {} },
};

test('a failed call ends the sweep with one line, unless the scenario expects that error', async () => {
  const call = async () => NOT_FOUND;
  await expect(sweepScenario({ ...OPTIONS, protocols: ['grpc'], call })).rejects.toThrow(
    new Error('one-skill over grpc failed at 0 ms: There is none.'),
  );
  const scenario = { ...OPTIONS.scenario, expects: 'NOT_FOUND' as const };
  await expect(sweepScenario({ ...OPTIONS, scenario })).rejects.toThrow(/at 0 ms: it succeeded$/);
  expect((await sweepScenario({ ...OPTIONS, scenario, call })).points).toHaveLength(9);
});

test('the duration of a sweep is estimated beforehand', () => {
  expect(sweepSeconds('rtt', ['rest', 'grpc', 'soap', 'graphql'])).toBeGreaterThan(20);
  expect(sweepSeconds('rtt', ['rest', 'grpc', 'soap', 'graphql'])).toBeLessThan(60);
  expect(sweepSeconds('bandwidth', ['rest'])).toBeCloseTo(sweepSeconds('bandwidth', ['rest', 'grpc']) / 2);
});
