import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTelemetry } from '../../src/telemetry';
import { scrape } from './scrape';
import { type Watching, watch } from './watch';

let watching: Watching;
beforeAll(async () => {
  watching = await watch({ metricsPort: 0 });
});
afterAll(() => watching.close());

const BYTES = { request: 1, response: 1 };

test('calls are counted by protocol, operation and code', async () => {
  const { telemetry, metricsAddress } = watching;
  for (const code of [undefined, 'NOT_FOUND', 'NOT_FOUND'] as const) {
    const call = telemetry.begin({ protocol: 'soap' });
    call.setOperation('getSkill');
    if (code) call.recordError(code);
    call.end(BYTES);
    call.end(BYTES);
  }
  const metrics = await scrape(metricsAddress);
  expect(metrics('rosetta_calls_total', { protocol: 'soap', operation: 'getSkill', code: 'OK' })).toBe(1);
  expect(metrics('rosetta_calls_total', { protocol: 'soap', operation: 'getSkill', code: 'NOT_FOUND' })).toBe(
    2,
  );
});

test('durations are in a histogram by protocol and operation, in seconds', async () => {
  const { telemetry, metricsAddress } = watching;
  const call = telemetry.begin({ protocol: 'rest' });
  call.setOperation('listSkills');
  await new Promise((resolve) => setTimeout(resolve, 30));
  call.end(BYTES);
  const metrics = await scrape(metricsAddress);
  const labels = { protocol: 'rest', operation: 'listSkills' };
  expect(metrics('rosetta_call_duration_seconds_count', labels)).toBe(1);
  expect(metrics('rosetta_call_duration_seconds_bucket', { ...labels, le: '0.025' })).toBe(0);
  expect(metrics('rosetta_call_duration_seconds_bucket', { ...labels, le: '10' })).toBe(1);
  expect(metrics('rosetta_call_duration_seconds_sum', labels)).toBeGreaterThan(0.029);
  expect(metrics('rosetta_call_duration_seconds_sum', labels)).toBeLessThan(10);
});

test('calls that have not ended are in flight', async () => {
  const { telemetry, metricsAddress } = watching;
  const calls = [telemetry.begin({ protocol: 'graphql' }), telemetry.begin({ protocol: 'graphql' })];
  const inFlight = async () =>
    (await scrape(metricsAddress))('rosetta_calls_in_flight', { protocol: 'graphql' });
  expect(await inFlight()).toBe(2);
  for (const call of calls) call.end(BYTES);
  expect(await inFlight()).toBe(0);
});

test('no label contains text that a client sent', async () => {
  const { telemetry, metricsAddress } = watching;
  for (let caller = 0; caller < 100; caller++) {
    const call = telemetry.begin({
      protocol: 'grpc',
      peer: `192.0.2.${caller}`,
      requestId: `r${caller}`,
      url: `/${caller}`,
    });
    call.setSubject(`learner-${caller}`);
    call.end(BYTES);
  }
  const metrics = await scrape(metricsAddress);
  expect(metrics('rosetta_calls_total', { protocol: 'grpc', operation: 'none', code: 'OK' })).toBe(100);
});

test('process metrics are served, without the version of Node.js', async () => {
  const response = await fetch(`${watching.metricsAddress}/metrics`);
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).not.toContain(process.version);
  expect(text).not.toContain(process.versions.node);
});

test.each([
  ['GET', '/'],
  ['GET', '/metrics/'],
  ['GET', '/metricsx'],
  ['GET', '/../etc/passwd'],
  ['POST', '/metrics'],
  ['OPTIONS', '/metrics'],
])('%s %s is not found, and the response does not name the server software', async (method, path) => {
  const answer = await new Promise<{ status?: number; headers: object }>((resolve, reject) => {
    request(`${watching.metricsAddress}`, { method, path }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
  expect(answer.status).toBe(404);
  expect(Object.keys(answer.headers)).not.toContain('server');
  expect(Object.keys(answer.headers)).not.toContain('x-powered-by');
  expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
});

test('a taken port rejects with the system error, and nothing stays open', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  const options = { host: '127.0.0.1', logCalls: true, metricsPort: port };
  await expect(openTelemetry(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});

test('the port is free after a close', async () => {
  const { metricsAddress, close } = await watch({ metricsPort: 0 });
  await scrape(metricsAddress);
  await close();
  await expect(fetch(`${metricsAddress}/metrics`)).rejects.toThrow('fetch failed');
});
