import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type ErrorCode, SkillsError } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Operation } from '../../src/contract/skills-api';
import type { ObservedCall, ObservedRequest } from '../../src/contract/telemetry';
import { nanosecondsOf, parentOf } from './spans';
import { watch } from './watch';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const BYTES = { request: 12, response: 345 };

const traced = async (
  arrival: ObservedRequest,
  happens: (call: ObservedCall) => unknown = () => undefined,
  answer: Parameters<ObservedCall['end']>[0] = BYTES,
): Promise<{ spans: readonly ReadableSpan[]; server: ReadableSpan }> => {
  const { telemetry, spans, close } = await watch({ traces: true });
  const call = telemetry.begin(arrival);
  await happens(call);
  call.end(answer);
  await close();
  return { spans, server: spans.find(({ kind }) => kind === SpanKind.SERVER)! };
};

describe("the client's trace", () => {
  test('continues with the span of the call', async () => {
    const { server } = await traced({ protocol: 'rest', traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` });
    expect(server.spanContext().traceId).toBe(TRACE_ID);
    expect(server.parentSpanContext).toMatchObject({ spanId: PARENT_ID, isRemote: true });
  });

  test.each([
    undefined,
    '',
    'nonsense',
    `00-${TRACE_ID}-0000000000000000-01`,
    `ff-${TRACE_ID}-${PARENT_ID}-01`,
  ])('is not continued for a traceparent of %j', async (traceparent) => {
    const { server } = await traced({ protocol: 'rest', traceparent });
    expect(server.parentSpanContext).toBeUndefined();
    expect(server.spanContext().traceId).not.toBe(TRACE_ID);
  });

  test('is logged but not exported if the client does not sample it', async () => {
    const { telemetry, spans, lines, close } = await watch({ traces: true, logCalls: true });
    const call = telemetry.begin({ protocol: 'grpc', traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` });
    expect(call.phase('policy', () => 'as it is')).toBe('as it is');
    call.end(BYTES);
    await close();
    expect(spans).toStrictEqual([]);
    expect(lines()).toMatchObject([{ traceId: TRACE_ID }]);
  });

  test('is logged, also if it starts at this service', async () => {
    const { telemetry, spans, lines, close } = await watch({ traces: true, logCalls: true });
    telemetry.begin({ protocol: 'grpc' }).end(BYTES);
    await close();
    expect(lines()).toMatchObject([{ traceId: spans[0]?.spanContext().traceId }]);
  });
});

describe('phases', () => {
  const NESTED = async (call: ObservedCall): Promise<void> => {
    call.phase('decode', () => undefined);
    await call.phase('policy', async () => {
      await sleep(2);
      await call.phase('domain', async () => {
        await call.phase('store', () => sleep(2));
      });
    });
    call.phase('encode', () => undefined);
  };

  test('are children of the phase that they run in', async () => {
    const { spans } = await traced({ protocol: 'rest' }, NESTED);
    const tree = spans.map((span) => [span.name, parentOf(span, spans)?.name]);
    expect(Object.fromEntries(tree)).toStrictEqual({
      decode: 'HTTP',
      store: 'domain',
      domain: 'policy',
      policy: 'HTTP',
      encode: 'HTTP',
      HTTP: undefined,
    });
  });

  test('start and end within their parent, to the microsecond', async () => {
    for (let round = 0; round < 20; round++) {
      const { spans } = await traced({ protocol: 'rest' }, NESTED);
      for (const span of spans) {
        const parent = parentOf(span, spans);
        if (!parent) continue;
        expect(nanosecondsOf(span.startTime)).toBeGreaterThanOrEqual(nanosecondsOf(parent.startTime));
        expect(nanosecondsOf(span.endTime)).toBeLessThanOrEqual(nanosecondsOf(parent.endTime));
      }
    }
  });

  test('of one call may overlap', async () => {
    const { spans } = await traced({ protocol: 'graphql' }, (call) =>
      Promise.all(
        [3, 1, 2].map((turns) =>
          call.phase('policy', async () => {
            for (let turn = 0; turn < turns; turn++) await sleep(1);
            await call.phase('domain', () => sleep(turns));
          }),
        ),
      ),
    );
    const domains = spans.filter(({ name }) => name === 'domain');
    const parents = domains.map((span) => parentOf(span, spans));
    expect(parents.map((span) => span?.name)).toStrictEqual(['policy', 'policy', 'policy']);
    expect(new Set(parents).size).toBe(3);
  });

  test('of concurrent calls are separate', async () => {
    const { telemetry, spans, close } = await watch({ traces: true });
    const calls = Array.from({ length: 20 }, () => telemetry.begin({ protocol: 'grpc' }));
    await Promise.all(
      calls.map((call, index) =>
        // The second call is begun in a phase of the first, as a server may be that is its own client.
        call.phase('policy', async () => {
          await sleep(index % 5);
          calls[(index + 1) % 20]!.phase('store', () => undefined);
          await call.phase('domain', () => sleep(1));
        }),
      ),
    );
    for (const call of calls) call.end(BYTES);
    await close();
    expect(spans).toHaveLength(80);
    for (const span of spans.filter(({ name }) => name !== 'grpc')) {
      const parent = parentOf(span, spans);
      expect(parent?.name).toBe(span.name === 'domain' ? 'policy' : 'grpc');
      expect(parent?.spanContext().traceId).toBe(span.spanContext().traceId);
    }
  });

  test('return what their work returns, and throw what it throws', async () => {
    const error = new Error('private');
    const promise = Promise.resolve(2);
    const { spans } = await traced({ protocol: 'soap' }, async (call) => {
      expect(call.phase('decode', () => 1)).toBe(1);
      expect(call.phase('policy', () => promise)).toBe(promise);
      expect(() =>
        call.phase('domain', () => {
          throw error;
        }),
      ).toThrow(error);
      await expect(call.phase('store', () => Promise.reject(error))).rejects.toBe(error);
    });
    expect(spans).toHaveLength(5);
    const told = spans.map(({ name, status, attributes, events }) => [name, status, attributes, events]);
    expect(told).toContainEqual(['domain', { code: SpanStatusCode.ERROR }, { 'error.type': 'INTERNAL' }, []]);
    expect(told).toContainEqual(['store', { code: SpanStatusCode.ERROR }, { 'error.type': 'INTERNAL' }, []]);
    expect(JSON.stringify(told)).not.toContain('private');
  });

  test('that fail have the error code', async () => {
    const refused = new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', 'No.');
    const { spans } = await traced({ protocol: 'soap' }, (call) =>
      call.phase('policy', () => Promise.reject(refused)).catch(() => undefined),
    );
    expect(spans[0]).toMatchObject({
      name: 'policy',
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'error.type': 'PERMISSION_DENIED' },
    });
  });

  test('after the end of a call add no span', async () => {
    const { spans } = await traced({ protocol: 'soap' }, (call) => {
      call.end(BYTES);
      expect(call.phase('encode', () => 1)).toBe(1);
    });
    expect(spans).toHaveLength(1);
  });
});

describe('the span of a call', () => {
  const HTTP = {
    'http.request.size': 12,
    'http.response.size': 345,
    'rosetta.request_id': 'mine',
    'client.address': '192.0.2.7',
  };

  test.each<[ProtocolName, Operation[], string, object]>([
    ['rest', ['getSkill'], 'getSkill', HTTP],
    ['rest', [], 'GET', { ...HTTP, 'rosetta.operation': 'none' }],
    ['graphql', ['getSkill'], 'query', { ...HTTP, 'graphql.operation.type': 'query' }],
    ['graphql', ['createSkill'], 'mutation', { ...HTTP, 'rosetta.operation': 'createSkill' }],
    ['graphql', ['getSkill', 'listSkills'], 'GraphQL Operation', { 'rosetta.operation': 'several' }],
    ['soap', ['getSkill'], 'SkillsService/GetSkill', { ...HTTP, 'rpc.system.name': 'soap' }],
    [
      'grpc',
      ['getSkill'],
      'skills.v1.SkillsService/GetSkill',
      {
        'rpc.system.name': 'grpc',
        'rpc.method': 'skills.v1.SkillsService/GetSkill',
        'rpc.response.status_code': 'OK',
      },
    ],
  ])('of %s with the operations %j has the name %s', async (protocol, operations, name, attributes) => {
    const arrival = { protocol, peer: '192.0.2.7', requestId: 'mine', method: 'GET' };
    const { server } = await traced(arrival, (call) => {
      for (const operation of operations) call.setOperation(operation);
    });
    expect(server).toMatchObject({ name, attributes, status: { code: SpanStatusCode.UNSET } });
  });

  test('has the HTTP method, path and status, and no query', async () => {
    const arrival: ObservedRequest = {
      protocol: 'rest',
      method: 'PUT',
      url: '/api/progress/git?token=hunter2',
    };
    const { server } = await traced(arrival, undefined, { ...BYTES, status: 200 });
    expect(server.attributes).toMatchObject({
      'http.request.method': 'PUT',
      'url.path': '/api/progress/git',
      'http.response.status_code': 200,
    });
    expect(JSON.stringify(server.attributes)).not.toContain('hunter2');
  });

  test.each<[ErrorCode, ProtocolName, SpanStatusCode]>([
    ['NOT_FOUND', 'rest', SpanStatusCode.UNSET],
    ['RESOURCE_EXHAUSTED', 'soap', SpanStatusCode.UNSET],
    ['UNIMPLEMENTED', 'rest', SpanStatusCode.UNSET],
    ['UNIMPLEMENTED', 'grpc', SpanStatusCode.ERROR],
    ['DEADLINE_EXCEEDED', 'graphql', SpanStatusCode.ERROR],
    ['UNAVAILABLE', 'soap', SpanStatusCode.ERROR],
    ['INTERNAL', 'rest', SpanStatusCode.ERROR],
  ])('that ended with %s over %s has the status %i', async (code, protocol, status) => {
    const { server } = await traced({ protocol }, (call) => call.recordError(code));
    expect(server.attributes['error.type']).toBe(code);
    expect(server.status).toStrictEqual({ code: status });
  });
});
