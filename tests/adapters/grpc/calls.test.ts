/** What travels beside a message: who calls, under which key, for how long, and what is noted of it. */

import { PROTOCOLS } from '../../../src/app/servers';
import type { CallContext } from '../../../src/contract/context';
import { SkillsError } from '../../../src/contract/errors';
import type { RunningServer, SkillsClient } from '../../../src/contract/protocol';
import type { Operation } from '../../../src/contract/skills-api';
import type { ObservedRequest } from '../../../src/contract/telemetry';
import { apiThat } from '../../support/plain-api';
import { detailsOf, frame, type GrpcAnswer, proto, sendGrpc } from '../../support/raw/grpc';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let seen: [Operation, CallContext | undefined][] = [];
const notes: unknown[] = [];
let server: RunningServer;
let watched: RunningServer;
let client: SkillsClient;

const api = apiThat(async (operation, _input, context) => {
  seen.push([operation, context]);
  throw new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', 'Not with this token.', {
    scope: 'skills:write',
  });
});
const telemetry = {
  begin: (arrival: ObservedRequest) => {
    notes.push(['begin', arrival]);
    return {
      requestId: arrival.requestId ?? 'made-1',
      setOperation: () => undefined,
      setSubject: () => undefined,
      recordError: (code: string) => notes.push(['failed', code]),
      phase: <T>(phase: string, work: () => T): T => {
        notes.push(phase);
        return work();
      },
      end: (bytes: object) => notes.push(['end', bytes]),
    };
  },
};
const graph = () => {
  throw new Error('Nobody asks for the graph.');
};

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, graph };
  server = await PROTOCOLS.grpc.serve(api, { ...options, trustedProxies: ['loopback'] });
  watched = await PROTOCOLS.grpc.serve(
    { ...api, deleteSkill: async () => undefined },
    { ...options, telemetry },
  );
  client = PROTOCOLS.grpc.connect(server.address, { token: 'by.de.fault' });
});
afterAll(async () => {
  await client.close();
  await Promise.all([server.stop(), watched.stop()]);
});
beforeEach(() => {
  seen = [];
  notes.length = 0;
});

const send = (
  method: string,
  request: object,
  headers: Record<string, string> = {},
  address = server.address,
): Promise<GrpcAnswer> =>
  sendGrpc(
    address,
    `/skills.v1.SkillsService/${method}`,
    frame(proto(`${method}Request`).serialize(request)),
    headers,
  );
const reasonOf = (answer: GrpcAnswer) => [answer.status, detailsOf(answer).ErrorInfo?.reason];

describe('authorization:', () => {
  test.each(['Bearer a.b-c_d', 'bearer  a.b-c_d'])('"%s" is the token', async (authorization) => {
    await send('GetSkill', { id: 'git' }, { authorization });
    expect(seen[0]?.[1]?.token).toBe('a.b-c_d');
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'a.b.c'])('"%s" is none', async (authorization) => {
    const answer = await send('GetSkill', { id: 'git' }, { authorization });
    expect(reasonOf(answer)).toStrictEqual([16, 'TOKEN_MALFORMED']);
    expect(seen).toStrictEqual([]);
  });

  test('a client sends the token of the call, or else its own', async () => {
    await client.getSkill({ id: 'git' }, { token: 'o.w.n' }).catch(() => undefined);
    await client.getSkill({ id: 'git' }).catch(() => undefined);
    expect(seen.map(([, context]) => context?.token)).toStrictEqual(['o.w.n', 'by.de.fault']);
  });

  test('a token that no metadata can carry is not sent', async () => {
    const call = client.getSkill({ id: 'git' }, { token: 'two words' });
    await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_MALFORMED' });
    expect(seen).toStrictEqual([]);
  });
});

describe('request_id (AIP-155) is the idempotency key', () => {
  test.each([
    ['CreateSkill', { skill: { id: 'x', name: 'X' } }],
    ['UpdateSkill', { id: 'git', patch: {} }],
    ['DeleteSkill', { id: 'git' }],
    ['SetProgress', { skillId: 'git', status: 'PROGRESS_STATUS_LEARNED' }],
  ])('of %s', async (method, request) => {
    await send(method, { ...request, requestId: 'key-1' });
    await send(method, { ...request, requestId: '' });
    await send(method, request);
    expect(seen.map(([, context]) => context?.idempotencyKey)).toStrictEqual(['key-1', undefined, undefined]);
  });

  test('and named so where it is refused', async () => {
    const answer = await send('DeleteSkill', { id: 'git', requestId: 'two words' });
    expect(answer.status).toBe(3);
    expect(detailsOf(answer).BadRequest.fieldViolations[0].field).toBe('request_id');
    expect(seen).toStrictEqual([]);
  });

  test('which a client sends, and refuses where no protocol could', async () => {
    await client.deleteSkill({ id: 'git' }, { idempotencyKey: 'key-2' }).catch(() => undefined);
    expect(seen.map(([, context]) => context?.idempotencyKey)).toStrictEqual(['key-2']);
    const refused = client.deleteSkill({ id: 'git' }, { idempotencyKey: 'two words' });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { violations: [{ field: 'idempotencyKey' }] },
    });
  });
});

test('a status of progress that is UNSPECIFIED or new to us is for the service to refuse', async () => {
  const asked: unknown[] = [];
  const curious = await PROTOCOLS.grpc.serve(
    apiThat(async (_operation, input) => {
      asked.push(input);
      throw new SkillsError('INVALID_ARGUMENT', 'INVALID_INPUT', 'No.');
    }),
    { host: '127.0.0.1', port: 0, graph },
  );
  await send('SetProgress', { skillId: 'git' }, {}, curious.address);
  await send('SetProgress', { skillId: 'git', status: 7 }, {}, curious.address);
  expect(asked).toStrictEqual([
    { skillId: 'git', status: undefined },
    { skillId: 'git', status: 7 },
  ]);
  await curious.stop();
});

test('progress has the numbers of the .proto, and a learning path says what is learned', async () => {
  const progress = { skillId: 'git', updateTime: '2026-02-01T00:00:00.123Z' };
  const all = (['PLANNED', 'LEARNING', 'LEARNED'] as const).map((status) => ({ ...progress, status }));
  const learned = { skills: [], edges: [], learnedIds: ['git', 'rest'] };
  const learner = await PROTOCOLS.grpc.serve(
    apiThat(async (operation, input) => {
      if (operation === 'getLearningPath') return learned as never;
      if (operation === 'listProgress') return all as never;
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
  await expect(caller.listProgress({})).resolves.toStrictEqual(all);
  await expect(caller.setProgress({ skillId: 'git', status: 'LEARNING' })).resolves.toStrictEqual(all[1]);
  await expect(caller.getLearningPath({ id: 'git' })).resolves.toStrictEqual(learned);
  await caller.close();
  await learner.stop();
});

test('ErrorInfo names the scope that would do, and a client reads it', async () => {
  const answer = await send('DeleteSkill', { id: 'git' });
  expect(detailsOf(answer)).toStrictEqual({
    ErrorInfo: { reason: 'SCOPE_REQUIRED', domain: 'api-rosetta', metadata: { scope: 'skills:write' } },
  });
  await expect(client.deleteSkill({ id: 'git' })).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    details: { scope: 'skills:write' },
  });
});

test('traceparent goes through, and one that is not well formed is ignored', async () => {
  await client.getSkill({ id: 'git' }, { traceparent: TRACE }).catch(() => undefined);
  await send('GetSkill', { id: 'git' }, { traceparent: 'nonsense' });
  expect(seen.map(([, context]) => context?.traceparent)).toStrictEqual([TRACE, undefined]);
});

test('x-forwarded-for counts where the proxy is trusted, and nowhere else', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  await send('GetSkill', { id: 'git' }, headers);
  await send('GetSkill', { id: 'git' });
  await send('GetSkill', { id: 'git' }, headers, watched.address);
  expect(seen.map(([, context]) => context?.peer)).toStrictEqual(['203.0.113.9', '127.0.0.1', '127.0.0.1']);
});

test.each([17, 60])('metadata of %i KiB are refused, and the next call is served', async (kibibytes) => {
  const own = Object.fromEntries(
    Array.from({ length: kibibytes }, (_, index) => [`x-own-${index}`, 'o'.repeat(1024 - 41)]),
  );
  const answer = await send('GetSkill', { id: 'git' }, own);
  expect(reasonOf(answer)).toStrictEqual([8, 'HEADERS_TOO_LARGE']);
  expect((await send('GetSkill', { id: 'git' })).status).toBe(7);
});

test('a caller who goes away ends its call', async () => {
  let gone: (reason: unknown) => void;
  const reason = new Promise<unknown>((resolve) => {
    gone = resolve;
  });
  const slow = await PROTOCOLS.grpc.serve(
    apiThat(
      (_operation, _input, context) =>
        new Promise((_, reject) => {
          const signal = context!.disconnected!();
          signal.addEventListener('abort', () => {
            gone(signal.reason);
            reject(signal.reason);
          });
          controller.abort();
        }),
    ),
    { host: '127.0.0.1', port: 0, graph },
  );
  const controller = new AbortController();
  const impatient = PROTOCOLS.grpc.connect(slow.address);
  const call = impatient.getSkill({ id: 'git' }, { signal: controller.signal });
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await expect(reason).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED', reason: 'CALLER_GONE' });
  await impatient.close();
  await slow.stop();
});

test('one that was answered says nothing of it, and one whose caller is gone already says so', async () => {
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

describe('where somebody watches,', () => {
  test('an answer is noted from its arrival to its end', async () => {
    const headers = { 'x-request-id': 'mine', traceparent: TRACE };
    const answer = await send('DeleteSkill', { id: 'git' }, headers, watched.address);
    expect(answer.headers['x-request-id']).toBe('mine');
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1', requestId: 'mine', traceparent: TRACE }],
      'decode',
      'encode',
      ['end', { request: 5, response: 0 }],
    ]);
  });

  test('an error is noted by its code, and an id that was made goes back', async () => {
    const answer = await send('GetSkill', { id: 'git' }, {}, watched.address);
    expect(answer.headers['x-request-id']).toBe('made-1');
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1', requestId: undefined, traceparent: undefined }],
      'decode',
      ['failed', 'PERMISSION_DENIED'],
      ['end', { request: 5, response: 0 }],
    ]);
    expect(seen[0]?.[1]).toMatchObject({ requestId: 'made-1', observed: { requestId: 'made-1' } });
  });

  test('what is no protobuf is noted too', async () => {
    await sendGrpc(
      watched.address,
      '/skills.v1.SkillsService/GetSkill',
      frame(Buffer.from([0xff, 0xff, 0xff])),
    );
    expect(notes.slice(1)).toStrictEqual([
      'decode',
      ['failed', 'INVALID_ARGUMENT'],
      ['end', { request: 3, response: 0 }],
    ]);
  });

  test.each([
    ['a message over the limit', 'GetSkill', frame(Buffer.alloc(2 ** 20 + 1)), 'RESOURCE_EXHAUSTED'],
    ['a method that is not there', 'Nothing', frame(Buffer.alloc(0)), 'UNIMPLEMENTED'],
    ['what is not gzip', 'GetSkill', frame(Buffer.from('x'), true), 'INTERNAL'],
  ])('%s is noted, though the library refuses it', async (_what, method, body, code) => {
    const headers = { 'grpc-encoding': 'gzip' };
    await sendGrpc(watched.address, `/skills.v1.SkillsService/${method}`, body, headers);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(notes).toStrictEqual([
      ['begin', { protocol: 'grpc', peer: '127.0.0.1' }],
      ['failed', code],
      ['end', { request: 0, response: 0 }],
    ]);
  });
});
