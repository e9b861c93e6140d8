import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObservedCall, ObservedRequest } from '../../src/contract/telemetry';
import { openTelemetry } from '../../src/telemetry';
import { type Line, watch } from './watch';

const ARRIVAL: ObservedRequest = { protocol: 'grpc', peer: '192.0.2.7', requestId: 'mine' };
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

const lineOf = async (arrival: ObservedRequest, happens: (call: ObservedCall) => void): Promise<Line> => {
  const { telemetry, lines, close } = await watch({ logCalls: true });
  const call = telemetry.begin(arrival);
  happens(call);
  call.end({ request: 12, response: 345 });
  await close();
  expect(lines()).toHaveLength(1);
  return lines()[0]!;
};

describe('the log line of a call', () => {
  test('has the operation, the caller and the result', async () => {
    const line = await lineOf({ ...ARRIVAL, traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` }, (call) => {
      call.setOperation('createSkill');
      call.setSubject('ada');
      call.recordError('ALREADY_EXISTS');
    });
    expect(line).toStrictEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      protocol: 'grpc',
      operation: 'createSkill',
      code: 'ALREADY_EXISTS',
      durationMs: expect.any(Number),
      requestBytes: 12,
      responseBytes: 345,
      caller: 'ada',
      requestId: 'mine',
      traceId: TRACE_ID,
    });
    expect(Math.abs(Date.parse(String(line.time)) - Date.now())).toBeLessThan(10_000);
  });

  test('has the address of a call without a token, and OK for success', async () => {
    const line = await lineOf(ARRIVAL, (call) => call.setOperation('getSkill'));
    expect(line).toMatchObject({ caller: '192.0.2.7', code: 'OK' });
    expect(line).not.toHaveProperty('traceId');
  });

  test('has the code of the first of several errors', async () => {
    const line = await lineOf(ARRIVAL, (call) => {
      call.recordError('NOT_FOUND');
      call.recordError('INTERNAL');
    });
    expect(line.code).toBe('NOT_FOUND');
  });

  test.each([
    [[], 'none'],
    [['getSkill'], 'getSkill'],
    [['getSkill', 'listSkills'], 'several'],
    [['getSkill', 'getSkill', 'getSkill'], 'several'],
  ] as const)('calls the operations %j %s', async (operations, operation) => {
    const line = await lineOf(ARRIVAL, (call) => {
      for (const one of operations) call.setOperation(one);
    });
    expect(line.operation).toBe(operation);
  });

  test('is written once, even if the call ends twice', async () => {
    await lineOf(ARRIVAL, (call) => {
      call.end({ request: 1, response: 2 });
      call.recordError('INTERNAL');
    });
  });

  test('has a generated request id if the client sent none', async () => {
    let given = '';
    const line = await lineOf({ protocol: 'rest' }, ({ requestId }) => {
      given = requestId;
    });
    expect(line.requestId).toBe(given);
    expect(given).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test('does not contain a token that a client sent as a request id', async () => {
    const line = await lineOf({ ...ARRIVAL, requestId: JWT }, (call) => expect(call.requestId).toBe(JWT));
    expect(line.requestId).toBe('[token]');
  });

  test('is written within the batch interval', async () => {
    const { telemetry, lines, close } = await watch({ logCalls: true });
    telemetry.begin(ARRIVAL).end({ request: 1, response: 1 });
    for (let looks = 0; looks < 500 && lines().length === 0; looks++) await sleep(10);
    expect(lines()).toHaveLength(1);
    await close();
  });

  test('is dropped without an error after the log is closed', async () => {
    const { telemetry, log, lines, close } = await watch({ logCalls: true });
    const call = telemetry.begin(ARRIVAL);
    await close();
    call.end({ request: 1, response: 1 });
    log(new Error('late'));
    expect(lines()).toStrictEqual([]);
  });
});

describe('the log line of an internal error', () => {
  test('has the stack, and the stacks of its causes', async () => {
    const { log, lines, close } = await watch();
    log(new TypeError('outer', { cause: new RangeError('inner') }));
    log('a string');
    await close();
    const [fault, text] = lines();
    expect(fault).toMatchObject({
      level: 'error',
      error: 'TypeError',
      message: expect.stringContaining('outer'),
    });
    expect(fault?.stack).toMatch(/TypeError: outer\n {4}at .*log\.test\.ts[\s\S]*RangeError: inner\n {4}at /);
    expect(text).toMatchObject({ level: 'error', error: 'string', message: 'a string' });
  });

  test('is written at once', async () => {
    const { log, lines, close } = await watch();
    // Until the file is open.
    await sleep(100);
    log(new Error('now'));
    for (let looks = 0; looks < 50 && lines().length === 0; looks++) await sleep(10);
    expect(lines()).toHaveLength(1);
    await close();
  });

  test.each([
    ['a bearer token', `refused: authorization: Bearer ${JWT}`],
    ['an opaque bearer token', 'header "Bearer hunter2hunter2"'],
    ['a token alone', `cannot verify ${JWT}`],
    ['a token without a signature', 'cannot verify eyJhbGciOiJub25lIn0.hunter2.'],
    ['basic credentials', 'Authorization: Basic hunter2aHVudGVyMg=='],
    ['a password', 'wrong password=hunter2, try again'],
    ['a password in JSON', '{"user":"ada","password":"hunter2"}'],
    ['a client secret', 'client_secret: hunter2'],
    ['a URL with a password', 'connect ECONNREFUSED redis://default:hunter2@127.0.0.1:6379'],
    ['a cookie', 'cookie: hunter2'],
  ])('does not contain %s', async (_what, message) => {
    const { log, lines, close } = await watch();
    log(new Error(message, { cause: new Error(message) }));
    log(message);
    await close();
    expect(lines()).toHaveLength(2);
    expect(JSON.stringify(lines())).not.toMatch(/hunter2|eyJ/);
  });

  test('does not contain what a library attached to its error', async () => {
    const { log, lines, close } = await watch();
    log(Object.assign(new Error('failed'), { headers: { authorization: 'hunter2' }, config: 'hunter2' }));
    await close();
    expect(JSON.stringify(lines())).not.toContain('hunter2');
  });
});

const onLinux = existsSync('/dev/full') ? test : test.skip;

onLinux('a log that can not be written ends neither the service nor its stop', async () => {
  const { telemetry, log, close } = await openTelemetry({
    host: '127.0.0.1',
    logCalls: true,
    logTo: '/dev/full',
  });
  telemetry!.begin(ARRIVAL).end({ request: 1, response: 1 });
  log(new Error('nowhere to go'));
  await sleep(100);
  await close();
});

test('without any part enabled there is no telemetry', async () => {
  const { telemetry, log, lines, spans, metricsAddress, close } = await watch();
  expect({ telemetry, spans, metricsAddress }).toStrictEqual({
    telemetry: undefined,
    spans: [],
    metricsAddress: '',
  });
  log(new Error('a fault is told all the same'));
  await close();
  expect(lines()).toHaveLength(1);
});
