/** The telemetry of a child process: log lines on standard error, and spans at a real collector. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startCollector } from './collector';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

const call = (otlpUrl: string, count: number): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(process.execPath, [path.join(__dirname, 'caller.js'), otlpUrl, TRACEPARENT, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const linesOf = (printed: string): Record<string, unknown>[] =>
  printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The output of a process whose collector is down; started first, because it takes some seconds. */
let down: Promise<readonly [stderr: string, stdout: string]>;
beforeAll(async () => {
  const collector = await startCollector();
  await collector.stop();
  // 2,000 spans: several batches.
  const child = call(collector.url, 1000);
  down = Promise.all([text(child.stderr), text(child.stdout)]);
});

test('the collector receives OTLP with the name of the service', async () => {
  const collector = await startCollector();
  const child = call(collector.url, 1);
  expect(linesOf(await text(child.stderr))).toMatchObject([{ protocol: 'rest', traceId: TRACE_ID }]);
  await collector.stop();

  expect(collector.received).toHaveLength(1);
  const { method, path: target, headers, body } = collector.received[0]!;
  expect({ method, target, type: headers['content-type'] }).toStrictEqual({
    method: 'POST',
    target: '/v1/traces',
    type: 'application/json',
  });
  const { resource, scopeSpans } = body.resourceSpans[0]!;
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'api-rosetta' } });
  const [decode, server] = scopeSpans[0]!.spans;
  expect(server).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID, kind: 2 });
  expect(decode).toMatchObject({ traceId: TRACE_ID, parentSpanId: server?.spanId, name: 'decode' });
});

test('no log line is lost at the end of the process', async () => {
  const collector = await startCollector();
  const child = call(collector.url, 20_000);
  const lines = linesOf(await text(child.stderr));
  expect(lines.filter(({ level }) => level === 'info')).toHaveLength(20_000);
  await collector.stop();
});

test('a closed log pipe does not end the process', async () => {
  const collector = await startCollector();
  const child = call(collector.url, 20_000);
  child.stderr.once('data', () => child.stderr.destroy());
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  await collector.stop();
});

test('a collector that is down is logged once and delays the end by at most a few seconds', async () => {
  const [printed, closeMs] = await down;
  const faults = linesOf(printed).filter(({ level }) => level === 'error');
  expect(faults).toMatchObject([{ message: expect.stringMatching(/^Traces cannot be sent.*ECONNREFUSED/) }]);
  expect(Number(closeMs)).toBeLessThan(5000);
});
