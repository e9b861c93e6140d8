/** gRPC call context: tokens, idempotency keys, proxies, disconnects and telemetry. */

import http2 from 'node:http2';
import { PROTOCOLS } from '../../../src/app/servers';
import type { CallContext } from '../../../src/contract/context';
import { SkillsError } from '../../../src/contract/errors';
import type { RunningServer, SkillsClient } from '../../../src/contract/protocol';
import type { Operation } from '../../../src/contract/skills-api';
import type { ObservedRequest } from '../../../src/contract/telemetry';
import { apiThat } from '../../support/plain-api';
import { detailsOf, frame, type GrpcResponse, proto, sendGrpc, sendOnSession } from '../../support/raw/grpc';
import { singlePage } from '../../support/single-page';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let received: [Operation, CallContext | undefined][] = [];
const notes: unknown[] = [];
let server: RunningServer;
let observed: RunningServer;
let client: SkillsClient;

const api = apiThat(async (operation, _input, context) => {
  received.push([operation, context]);
  throw new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', 'Not with this token.', {
    scope: 'skills:write',
  });
});
const telemetry = {
  begin: (request: ObservedRequest) => {
    notes.push(['begin', request]);
    return {
      requestId: request.requestId ?? 'generated-1',
      setOperation: () => undefined,
      setSubject: () => undefined,
      recordError: (code: string) => notes.push(['error', code]),
      phase: <T>(phase: string, work: () => T): T => {
        notes.push(phase);
        return work();
      },
      end: (bytes: object) => notes.push(['end', bytes]),
    };
  },
};
const graph = () => {
  throw new Error('gRPC does not use the graph.');
};

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, graph };
  server = await PROTOCOLS.grpc.serve(api, { ...options, trustedProxies: ['loopback'] });
  observed = await PROTOCOLS.grpc.serve(
    { ...api, deleteSkill: async () => undefined },
    { ...options, telemetry },
  );
  client = PROTOCOLS.grpc.connect(server.address, { token: 'by.de.fault' });
});
afterAll(async () => {
  await client.close();
  await Promise.all([server.stop(), observed.stop()]);
});
beforeEach(() => {
  received = [];
  notes.length = 0;
});

const send = (
  method: string,
  request: object,
  headers: Record<string, string> = {},
  address = server.address,
): Promise<GrpcResponse> =>
  sendGrpc(
    address,
    `/skills.v1.SkillsService/${method}`,
    frame(proto(`${method}Request`).serialize(request)),
    headers,
  );
const reasonOf = (answer: GrpcResponse) => [answer.status, detailsOf(answer).ErrorInfo?.reason];

describe('authorization:', () => {
  test.each(['Bearer a.b-c_d', 'bearer  a.b-c_d'])('"%s" carries the token', async (authorization) => {
    await send('GetSkill', { id: 'git' }, { authorization });
    expect(received[0]?.[1]?.token).toBe('a.b-c_d');
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'a.b.c'])(
    '"%s" is rejected as malformed',
    async (authorization) => {
      const answer = await send('GetSkill', { id: 'git' }, { authorization });
      expect(reasonOf(answer)).toStrictEqual([16, 'TOKEN_MALFORMED']);
      expect(received).toStrictEqual([]);
    },
  );

  test('a client sends the token of the call, otherwise its own', async () => {
    await client.getSkill({ id: 'git' }, { token: 'o.w.n' }).catch(() => undefined);
    await client.getSkill({ id: 'git' }).catch(() => undefined);
    expect(received.map(([, context]) => context?.token)).toStrictEqual(['o.w.n', 'by.de.fault']);
  });

  test('a client rejects a token that metadata cannot carry', async () => {
    const call = client.getSkill({ id: 'git' }, { token: 'two words' });
    await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_MALFORMED' });
    expect(received).toStrictEqual([]);
  });
});

test('calls without a message that arrive together all end with a status', async () => {
  const session = http2.connect(`http://${server.address}`);
  const answers = await Promise.all(
    Array.from({ length: 40 }, () =>
      sendOnSession(session, '/skills.v1.SkillsService/GetSkill', Buffer.alloc(0)),
    ),
  );
  session.close();
  // grpc-js wants one message, and answers UNIMPLEMENTED for none.
  expect(new Set(answers.map(({ status }) => status))).toStrictEqual(new Set([12]));
});

describe('request_id (AIP-155)', () => {
  test.each([
    ['CreateSkill', 2, { skill: { id: 'x', name: 'X' } }],
    ['UpdateSkill', 5, { id: 'git', patch: {} }],
    ['DeleteSkill', 3, { id: 'git' }],
    ['SetProgress', 3, { skillId: 'git', status: 'PROGRESS_STATUS_LEARNED' }],
  ])('is the idempotency key of %s', async (method, field, request) => {
    await send(method, { ...request, requestId: 'key-1' });
    // Our serializer leaves an empty text out, and others may send it.
    const empty = Buffer.from([(field << 3) | 2, 0]);
    const message = Buffer.concat([proto(`${method}Request`).serialize(request), empty]);
    await sendGrpc(server.address, `/skills.v1.SkillsService/${method}`, frame(message), {});
    await send(method, request);
    expect(received.map(([, context]) => context?.idempotencyKey)).toStrictEqual([
      'key-1',
      undefined,
      undefined,
    ]);
  });

  test('is the field name in the error for an invalid key', async () => {
    const answer = await send('DeleteSkill', { id: 'git', requestId: 'two words' });
    expect(answer.status).toBe(3);
    expect(detailsOf(answer).BadRequest.fieldViolations[0].field).toBe('request_id');
    expect(received).toStrictEqual([]);
  });

  test('is sent by a client, which rejects an invalid key before sending', async () => {
    await client.deleteSkill({ id: 'git' }, { idempotencyKey: 'key-2' }).catch(() => undefined);
    expect(received.map(([, context]) => context?.idempotencyKey)).toStrictEqual(['key-2']);
    const rejected = client.deleteSkill({ id: 'git' }, { idempotencyKey: 'two words' });
    await expect(rejected).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { violations: [{ field: 'idempotencyKey' }] },
    });
  });
});

test('the adapter passes an UNSPECIFIED or unknown progress status on to the service', async () => {
  const inputs: unknown[] = [];
  const recording = await PROTOCOLS.grpc.serve(
    apiThat(async (_operation, input) => {
      inputs.push(input);
      throw new SkillsError('INVALID_ARGUMENT', 'INVALID_INPUT', 'No.');
    }),
    { host: '127.0.0.1', port: 0, graph },
  );
  await send('SetProgress', { skillId: 'git' }, {}, recording.address);
  await send('SetProgress', { skillId: 'git', status: 7 }, {}, recording.address);
  expect(inputs).toStrictEqual([
    { skillId: 'git', status: undefined },
    { skillId: 'git', status: 7 },
  ]);
  await recording.stop();
});

test('progress statuses have the enum values of the .proto file, and a learning path has the learned ids', async () => {
  const progress = { skillId: 'git', updateTime: '2026-02-01T00:00:00.123Z' };
  const all = (['PLANNED', 'LEARNING', 'LEARNED'] as const).map((status) => ({ ...progress, status }));
  const learned = { skills: [], edges: [], learnedIds: ['git', 'rest'] };
  const learner = await PROTOCOLS.grpc.serve(
    apiThat(async (operation, input) => {
      if (operation === 'getLearningPath') return learned as never;
      if (operation === 'listProgress') return singlePage(...all) as never;
      return { ...progress, ...input } as never;
    }),
    { host: '127.0.0.1', port: 0, graph },
  );
  const { body } = await send('ListProgress', {}, {}, learner.address);
  const { progress: sent } = proto('ListProgressResponse').deserialize(body.subarray(5));
  expect(sent.map(({ status }: { status: string }) => status)).toStrictEqual([
    'PROGRESS_STATUS_PLANNED',
    'PROGRESS_STATUS_LEARNING',
    'PROGRESS_STATUS_LEARNED',
  ]);
  const caller = PROTOCOLS.grpc.connect(learner.address);
  await expect(caller.listProgress({})).resolves.toStrictEqual(singlePage(...all));
  await expect(caller.setProgress({ skillId: 'git', status: 'LEARNING' })).resolves.toStrictEqual(all[1]);
  await expect(caller.getLearningPath({ id: 'git' })).resolves.toStrictEqual(learned);
  await caller.close();
  await learner.stop();
});

test('ErrorInfo names the required scope, and a client reads it', async () => {
  const answer = await send('DeleteSkill', { id: 'git' });
  expect(detailsOf(answer)).toStrictEqual({
    ErrorInfo: { reason: 'SCOPE_REQUIRED', domain: 'api-rosetta', metadata: { scope: 'skills:write' } },
  });
  await expect(client.deleteSkill({ id: 'git' })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    details: { scope: 'skills:write' },
  });
});

test('a valid traceparent reaches the service, and a malformed one is ignored', async () => {
  await client.getSkill({ id: 'git' }, { traceparent: TRACE }).catch(() => undefined);
  await send('GetSkill', { id: 'git' }, { traceparent: 'nonsense' });
  expect(received.map(([, context]) => context?.traceparent)).toStrictEqual([TRACE, undefined]);
});

test('x-forwarded-for sets the peer only behind a trusted proxy', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  await send('GetSkill', { id: 'git' }, headers);
  await send('GetSkill', { id: 'git' });
  await send('GetSkill', { id: 'git' }, headers, observed.address);
  expect(received.map(([, context]) => context?.peer)).toStrictEqual([
    '203.0.113.9',
    '127.0.0.1',
    '127.0.0.1',
  ]);
});

test.each([17, 60])('metadata of %i KiB are rejected, and the next call is served', async (kibibytes) => {
  const own = Object.fromEntries(
    Array.from({ length: kibibytes }, (_, index) => [`x-own-${index}`, 'o'.repeat(1024 - 41)]),
  );
  const answer = await send('GetSkill', { id: 'git' }, own);
  expect(reasonOf(answer)).toStrictEqual([8, 'HEADERS_TOO_LARGE']);
  expect((await send('GetSkill', { id: 'git' })).status).toBe(7);
});

test('a client that cancels aborts the call in the service', async () => {
  let resolveReason: (reason: unknown) => void;
  const reason = new Promise<unknown>((resolve) => {
    resolveReason = resolve;
  });
  const slow = await PROTOCOLS.grpc.serve(
    apiThat(
      (_operation, _input, context) =>
        new Promise((_, reject) => {
          const signal = context!.disconnected!();
          signal.addEventListener('abort', () => {
            resolveReason(signal.reason);
            reject(signal.reason);
          });
          controller.abort();
        }),
    ),
    { host: '127.0.0.1', port: 0, graph },
  );
  const controller = new AbortController();
  const cancelling = PROTOCOLS.grpc.connect(slow.address);
  const call = cancelling.getSkill({ id: 'git' }, { signal: controller.signal });
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await expect(reason).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED', reason: 'CALLER_GONE' });
  await cancelling.close();
  await slow.stop();
});

test('the disconnect signal stays unset after a response and is set at once for a client that has already left', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const late = await PROTOCOLS.grpc.serve(
    apiThat(async (_operation, _input, context) => {
      if (signals.length === 0) signals.push(context?.disconnected?.());
      else {
        controller.abort();
        await pause();
        signals.push(context?.disconnected?.());
      }
      throw new SkillsError('NOT_FOUND', 'SKILL_NOT_FOUND', 'None.');
    }),
    { host: '127.0.0.1', port: 0, graph },
  );
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  const controller = new AbortController();
  const caller = PROTOCOLS.grpc.connect(late.address);
  await caller.getSkill({ id: 'git' }).catch(() => undefined);
  await caller.getSkill({ id: 'git' }, { signal: controller.signal }).catch(() => undefined);
  await pause();
  await pause();
  expect(signals.map((signal) => signal?.aborted)).toStrictEqual([false, true]);
  await caller.close();
  await late.stop();
});

describe('telemetry', () => {
  test('records a call from its begin to its end', async () => {
    const headers = { 'x-request-id': 'mine', traceparent: TRACE };
    const answer = await send('DeleteSkill', { id: 'git' }, headers, observed.address);
    expect(answer.headers['x-request-id']).toBe('mine');
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1', requestId: 'mine', traceparent: TRACE }],
      'decode',
      'encode',
      ['end', { request: 5, response: 0 }],
    ]);
  });

  test('records the code of an error, and the response has the generated request id', async () => {
    const answer = await send('GetSkill', { id: 'git' }, {}, observed.address);
    expect(answer.headers['x-request-id']).toBe('generated-1');
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1', requestId: undefined, traceparent: undefined }],
      'decode',
      ['error', 'PERMISSION_DENIED'],
      ['end', { request: 5, response: 0 }],
    ]);
    expect(received[0]?.[1]).toMatchObject({
      requestId: 'generated-1',
      observed: { requestId: 'generated-1' },
    });
  });

  test('records a message that is not protobuf', async () => {
    await sendGrpc(
      observed.address,
      '/skills.v1.SkillsService/GetSkill',
      frame(Buffer.from([0xff, 0xff, 0xff])),
    );
    expect(notes.slice(1)).toStrictEqual([
      'decode',
      ['error', 'INVALID_ARGUMENT'],
      ['end', { request: 3, response: 0 }],
    ]);
  });

  test.each([
    ['a message over the limit', 'GetSkill', frame(Buffer.alloc(2 ** 20 + 1)), 'RESOURCE_EXHAUSTED'],
    ['an unknown method', 'Nothing', frame(Buffer.alloc(0)), 'UNIMPLEMENTED'],
    ['a message that is not gzip', 'GetSkill', frame(Buffer.from('x'), true), 'INTERNAL'],
  ])('records %s, although the library rejects it', async (_what, method, body, code) => {
    const headers = { 'grpc-encoding': 'gzip' };
    await sendGrpc(observed.address, `/skills.v1.SkillsService/${method}`, body, headers);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1' }],
      ['error', code],
      ['end', { request: 0, response: 0 }],
    ]);
  });
});
