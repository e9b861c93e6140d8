/** Telemetry of the same call over each protocol: one log line, one trace, one count, and never a token. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { PROTOCOLS } from '../../src/app/servers';
import type { SkillsError } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { type Served, serveMap } from '../support/served';
import { scrape } from './scrape';
import { nanosecondsOf, parentOf } from './spans';
import { type Line, type Watching, watch } from './watch';
import './refusals';

// Here, as loading the servers costs more than these.
const TRACES = {
  rest: '11111111111111111111111111111111',
  graphql: '22222222222222222222222222222222',
  grpc: '33333333333333333333333333333333',
  soap: '44444444444444444444444444444444',
} as const satisfies Record<ProtocolName, string>;
const PARENT_ID = 'b7ad6b7169203331';
const FOREIGN_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJodW50ZXIyIn0.hunter2';

const codeOf = (error: SkillsError): string => error.code;

let watching: Watching;
let served: Served;
let metrics: Awaited<ReturnType<typeof scrape>>;
let lines: Line[];

const callAll = async (protocol: ProtocolName): Promise<void> => {
  const client = PROTOCOLS[protocol].connect(served.address[protocol]);
  const skill = { id: `watched-${protocol}`, name: 'Watched', categoryIds: ['tools'] };
  await client.createSkill(
    { skill },
    {
      token: served.token,
      requestId: `create-${protocol}`,
      traceparent: `00-${TRACES[protocol]}-${PARENT_ID}-01`,
    },
  );
  expect(
    await Promise.all([
      client.getSkill({ id: 'nothing' }, { requestId: `missing-${protocol}` }).catch(codeOf),
      client.createSkill({ skill }, { requestId: `nobody-${protocol}` }).catch(codeOf),
      client.createSkill({ skill }, { requestId: `foreign-${protocol}`, token: FOREIGN_TOKEN }).catch(codeOf),
    ]),
  ).toStrictEqual(['NOT_FOUND', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  await client.close();
};

const notOver = async (): Promise<number> => {
  metrics = await scrape(watching.metricsAddress);
  return PROTOCOL_NAMES.reduce((sum, protocol) => sum + metrics('rosetta_calls_in_flight', { protocol })!, 0);
};

beforeAll(async () => {
  watching = await watch({ logCalls: true, metricsPort: 0, traces: true });
  served = await serveMap(PROTOCOL_NAMES, {}, { telemetry: watching.telemetry });
  await Promise.all(PROTOCOL_NAMES.map(callAll));
  // A call is over when its answer is out, which may be after its caller has read it.
  while ((await notOver()) > 0) await sleep(10);
  await served.stop();
  await watching.close();
  lines = watching.lines();
});

const lineOf = (requestId: string): Line => {
  const found = lines.filter((line) => line.requestId === requestId);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
  test('writes one complete log line for a call', () => {
    expect(lineOf(`create-${protocol}`)).toStrictEqual({
      level: 'info',
      time: expect.any(String),
      protocol,
      operation: 'createSkill',
      code: 'OK',
      durationMs: expect.any(Number),
      requestBytes: expect.any(Number),
      responseBytes: expect.any(Number),
      caller: 'ada',
      requestId: `create-${protocol}`,
      traceId: TRACES[protocol],
    });
    const { durationMs, requestBytes, responseBytes } = lineOf(`create-${protocol}`);
    for (const number of [durationMs, requestBytes, responseBytes]) expect(number).toBeGreaterThan(0);
  });

  test.each([
    ['missing', 'getSkill', 'NOT_FOUND'],
    ['nobody', 'createSkill', 'UNAUTHENTICATED'],
    ['foreign', 'createSkill', 'UNAUTHENTICATED'],
  ])('logs the error code and the address of a call that is %s', (what, operation, code) => {
    const line = lineOf(`${what}-${protocol}`);
    expect(line).toMatchObject({ protocol, operation, code, caller: '127.0.0.1' });
  });

  test("continues the client's trace, with a span for each phase", () => {
    const spans = watching.spans.filter((span) => span.spanContext().traceId === TRACES[protocol]);
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.parentSpanContext).toMatchObject({ spanId: PARENT_ID, isRemote: true });
    expect(server?.attributes).toMatchObject({ 'rosetta.operation': 'createSkill' });
    const named = (name: string): ReadableSpan => {
      const found = spans.filter((span) => span.name === name);
      expect(found.map((span) => span.name)).toStrictEqual([name]);
      return found[0]!;
    };
    const [decode, policy, domain, store, encode] = (
      ['decode', 'policy', 'domain', 'store', 'encode'] as const
    ).map(named) as [ReadableSpan, ReadableSpan, ReadableSpan, ReadableSpan, ReadableSpan];
    expect(parentOf(decode, spans)).toBe(server);
    expect(parentOf(policy, spans)).toBe(server);
    expect(parentOf(domain, spans)).toBe(policy);
    expect(parentOf(store, spans)).toBe(domain);
    expect(parentOf(encode, spans)).toBe(server);
    expect(nanosecondsOf(decode.endTime)).toBeLessThanOrEqual(nanosecondsOf(policy.startTime));
    expect(nanosecondsOf(policy.endTime)).toBeLessThanOrEqual(nanosecondsOf(encode.startTime));
  });

  test('is counted', () => {
    const count = (operation: string, code: string) =>
      metrics('rosetta_calls_total', { protocol, operation, code });
    expect(count('createSkill', 'OK')).toBe(1);
    expect(count('createSkill', 'UNAUTHENTICATED')).toBe(2);
    expect(count('getSkill', 'NOT_FOUND')).toBe(1);
    const labels = { protocol, operation: 'createSkill' };
    expect(metrics('rosetta_call_duration_seconds_count', labels)).toBe(3);
  });
});

test('there are no other log lines, and none contains a secret', () => {
  expect(lines).toHaveLength(4 * PROTOCOL_NAMES.length);
  const log = readFileSync(watching.logFile, 'utf8');
  expect(served.token).toMatch(/^eyJ/);
  for (const secret of ['eyJ', 'hunter2', 'Bearer', served.token, served.token.split('.')[2]!]) {
    expect(log).not.toContain(secret);
  }
  expect(served.logged).toStrictEqual([]);
});
