/** A server under load with errors, without responses, and killed, over HTTP/1.1 and HTTP/2. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measureCapacity } from '../../src/compare/load/closed-loop';
import { measureOpenLoop } from '../../src/compare/load/open-loop';
import { RIGHT, serveAndTarget } from './load-server';

describe.each(['rest', 'grpc'] as const)('over the transport of %s', (protocol) => {
  test('a wrong byte in every tenth response is counted, and makes the figures void', async () => {
    let count = 0;
    const { target } = await serveAndTarget(protocol, (end) => {
      count += 1;
      const body = count % 10 === 0 ? RIGHT.replace('r', 'R') : RIGHT;
      setTimeout(() => end(body), 1);
    });
    const { step, void: reason } = await measureCapacity(target, { concurrency: 1, seconds: 0.2 });
    expect(Math.abs(step.errors - step.calls / 10)).toBeLessThanOrEqual(1);
    expect(reason).toBe(
      `${step.errors} of ${step.calls} responses at concurrency 1 differed from the recorded ones.`,
    );
    const open = await measureOpenLoop(target, { ratePerSecond: 200, seconds: 0.5 });
    expect(open.errors).toBe(10);
    expect(open.void).toBe('10 of 100 responses differed from the recorded ones.');
  });

  test.each([
    ['shorter', RIGHT.slice(0, -1)],
    ['longer', `${RIGHT}.`],
    ['empty', ''],
  ])('an answer that is %s is wrong', async (_, body) => {
    const { target } = await serveAndTarget(protocol, (end) => end(body));
    expect(await target.send(0)).toBe(false);
  });

  test('another status is an error, even with the expected body', async () => {
    const { server, target } = await serveAndTarget(protocol, (end) => end(RIGHT));
    server.prependListener('request', (_, response) => {
      response.statusCode = 500;
    });
    expect(await target.send(0)).toBe(false);
  });

  test('an unreachable server gets no more requests, and is reported in one line', async () => {
    const { target, stopServer } = await serveAndTarget(protocol, (end) => end(RIGHT));
    expect(await target.send(0)).toBe(true);
    setTimeout(stopServer, 400);
    const { step, void: reason } = await measureCapacity(target, { concurrency: 4, seconds: 0.4 });
    expect(step.errors).toBeGreaterThan(0);
    expect(reason).toMatch(/^A request got no response: .+$/);
    const open = await measureOpenLoop(target, { ratePerSecond: 100, seconds: 0.1 });
    expect(open.errors).toBe(10);
    expect(open.void).toMatch(/^10 of 10 requests got no response: .+$/);
  });

  test('a server that never responds does not delay the end', async () => {
    const { target } = await serveAndTarget(protocol, () => {});
    const { step, void: reason } = await measureCapacity(target, {
      concurrency: 3,
      seconds: 0.05,
      drainMs: 100,
    });
    expect(step).toMatchObject({ calls: 3, errors: 3, perSecond: expect.any(Number) });
    expect(reason).toBe('3 requests got no response within 100 ms.');
    const open = await measureOpenLoop(target, { ratePerSecond: 100, seconds: 0.1, drainMs: 100 });
    expect(open).toMatchObject({ calls: 10, errors: 10, achievedPerSecond: 0 });
    expect(open.void).toBe('10 of 10 requests got no response within 100 ms after the last was due.');
  });

  test('an abort ends both loops at once', async () => {
    const { target } = await serveAndTarget(protocol, () => {});
    const signal = AbortSignal.timeout(100);
    const began = performance.now();
    await measureCapacity(target, { concurrency: 2, seconds: 30, signal });
    await measureOpenLoop(target, { ratePerSecond: 100, seconds: 30, signal });
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

test('a rate beyond the capacity of the server is void', async () => {
  let free = 0;
  const { target } = await serveAndTarget('rest', (end) => {
    free = Math.max(free, performance.now()) + 10;
    setTimeout(() => end(RIGHT), free - performance.now());
  });
  const found = await measureOpenLoop(target, { ratePerSecond: 200, seconds: 0.5 });
  expect(found.errors).toBe(0);
  expect(found.void).toMatch(/^Only \d+ of 200 requests per second got a response\.$/);
});

test('an HTTP/2 connection that the server has ended is opened again', async () => {
  const { target, sessions } = await serveAndTarget('grpc', (end) => end(RIGHT), 1);
  expect(await target.send(0)).toBe(true);
  sessions[0]?.close();
  await sleep(50);
  expect(await target.send(1)).toBe(true);
  expect(sessions).toHaveLength(2);
});
