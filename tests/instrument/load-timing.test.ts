/** The load generator measures known latencies. Noise only adds to them, so one good measurement of a few is enough. */
import { measureCapacity } from '../../src/compare/load/closed-loop';
import { measureOpenLoop } from '../../src/compare/load/open-loop';
import { RIGHT, serveAndTarget } from './load-server';

jest.retryTimes(5);

/** Timers may fire slightly early. */
const DELAY_MS = 20.5;

const delayed = (end: (body: string) => void) => setTimeout(() => end(RIGHT), DELAY_MS);

/** Responds at once, except during one stall, when all requests wait. */
const stalling = (stallMs: number): { answer(end: (body: string) => void): void; stall(): void } => {
  let until = 0;
  return {
    answer: (end) => {
      const waitMs = until - performance.now();
      if (waitMs > 0) setTimeout(() => end(RIGHT), waitMs);
      else end(RIGHT);
    },
    stall: () => {
      until = performance.now() + stallMs;
    },
  };
};

describe.each(['rest', 'grpc'] as const)('over the transport of %s', (protocol) => {
  test('a server delayed by 20 ms is measured at 20 ms by the closed loop, at 50 responses per second and caller', async () => {
    const { target } = await serveAndTarget(protocol, delayed);
    const { step, void: reason } = await measureCapacity(target, { concurrency: 8, seconds: 0.5 });
    expect(reason).toBeUndefined();
    expect(step.errors).toBe(0);
    expect(step.latencyMs.median).toBeGreaterThanOrEqual(20);
    expect(step.latencyMs.median).toBeLessThan(30);
    // 8 callers / 20.5 ms is 390; other work on the machine can only lower it.
    expect(step.perSecond).toBeGreaterThan(240);
    expect(step.perSecond).toBeLessThan(400);
    expect(step.littlesLaw).toBeGreaterThan(0.95);
    expect(step.littlesLaw).toBeLessThan(1.05);
  });

  test('a server delayed by 20 ms is measured at 20 ms by the open loop, at the requested rate', async () => {
    const { target } = await serveAndTarget(protocol, delayed);
    const found = await measureOpenLoop(target, { ratePerSecond: 200, seconds: 0.5 });
    expect(found).toMatchObject({ calls: 100, errors: 0, ratePerSecond: 200 });
    expect(found.latencyMs.median).toBeGreaterThanOrEqual(20);
    expect(found.latencyMs.median).toBeLessThan(30);
    expect(found.achievedPerSecond).toBeGreaterThan(190);
    expect(found.achievedPerSecond).toBeLessThanOrEqual(200);
  });
});

test('the closed loop hides a stall: it affects one call of each caller', async () => {
  const { answer, stall } = stalling(300);
  const { target } = await serveAndTarget('rest', answer);
  setTimeout(stall, 500);
  const { step } = await measureCapacity(target, { concurrency: 2, seconds: 1 });
  expect(step.latencyMs.max).toBeGreaterThan(250);
  expect(step.latencyMs.p99).toBeLessThan(100);
});

test('the open loop shows a stall: all requests due meanwhile have waited', async () => {
  const { answer, stall } = stalling(300);
  // With two connections, requests due during the stall are sent after it and then get a response at once.
  const { target } = await serveAndTarget('rest', answer, 2);
  setTimeout(stall, 200);
  const { calls, errors, latencyMs, fromSendMs } = await measureOpenLoop(target, {
    ratePerSecond: 400,
    seconds: 1,
  });
  expect({ calls, errors }).toEqual({ calls: 400, errors: 0 });
  // 80 of the 400 were due in the first 200 ms of the stall.
  expect(latencyMs.p90).toBeGreaterThan(100);
  expect(latencyMs.p99).toBeGreaterThan(200);
  expect(fromSendMs.p99).toBeLessThan(100);
});

test('a load generator that is late itself reports that', async () => {
  const { target } = await serveAndTarget('rest', (end) => end(RIGHT));
  const block = setInterval(() => {
    for (const until = performance.now() + 50; performance.now() < until; );
  }, 100);
  const found = await measureOpenLoop(target, { ratePerSecond: 100, seconds: 0.5 });
  clearInterval(block);
  expect(found.errors).toBe(0);
  expect(found.lateP99Ms).toBeGreaterThan(30);
  expect(found.void).toMatch(/^The load generator itself was \d+\.\d ms late at the 99th percentile\.$/);
});
