/** GraphQL requests and the cross-cutting guards: tokens, idempotency keys, errors below GraphQL, and telemetry. */

import { PROTOCOLS } from '../../../src/app/servers';
import type { CallContext } from '../../../src/contract/context';
import { type ErrorCode, SkillsError } from '../../../src/contract/errors';
import type { RunningServer } from '../../../src/contract/protocol';
import type { Operation, SkillsApi } from '../../../src/contract/skills-api';
import type { ObservedCall, ObservedRequest, Telemetry } from '../../../src/contract/telemetry';
import { applyInterceptors } from '../../../src/policy/guard';
import { recordOperation } from '../../../src/policy/observe';
import { NO_GRAPH } from '../../support/implementations';
import { apiThat } from '../../support/plain-api';
import { type RawResponse, sendBytes, sendHttp } from '../../support/raw/http';

interface Reached {
  readonly operation: Operation;
  readonly input: object;
  readonly context?: CallContext;
}

/** Records the telemetry events of a request in order. */
class RecordingTelemetry implements Telemetry {
  readonly events: string[] = [];
  request?: ObservedRequest;
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  begin(request: ObservedRequest): ObservedCall {
    this.request = request;
    const note = (what: string) => this.events.push(what);
    return {
      requestId: request.requestId ?? 'generated',
      setOperation: (operation) => note(`operation ${operation}`),
      setSubject: (subject) => note(`subject ${subject}`),
      recordError: (code) => note(`error ${code}`),
      phase: (phase, work) => {
        note(`${phase} begins`);
        const result = work();
        if (result instanceof Promise) result.finally(() => note(`${phase} ends`)).catch(() => undefined);
        else note(`${phase} ends`);
        return result;
      },
      end: ({ request: requestBytes, response: responseBytes }) => {
        if (requestBytes > 0 && responseBytes > 0) note('end');
        this.#end();
      },
    };
  }
}

const reached: Reached[] = [];
const LISTS = { categoryIds: [], tags: [], requires: [], related: [], aliases: [], demonstrations: [] };
const SKILL = { id: 'git', name: 'Git', summary: '', ...LISTS, createTime: '', updateTime: '', etag: '' };
const answerOf = (operation: Operation): unknown => {
  if (operation === 'getCategory') {
    throw new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', 'No.', { scope: 'skills:write' });
  }
  if (operation === 'listProgress') {
    throw new SkillsError('UNAUTHENTICATED', 'TOKEN_REQUIRED', 'A token is required.');
  }
  if (operation === 'setProgress') return { skillId: 'git', status: 'LEARNED', updateTime: 'now' };
  return SKILL;
};
const api: SkillsApi = applyInterceptors(
  apiThat(async (operation, input, context) => {
    reached.push({ operation, input, context });
    return answerOf(operation) as never;
  }),
  recordOperation,
);

const running: RunningServer[] = [];
const serve = async (telemetry?: Telemetry): Promise<string> => {
  const options = { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH };
  const server = await PROTOCOLS.graphql.serve(api, { ...options, ...(telemetry && { telemetry }) });
  running.push(server);
  return server.address;
};
let address: string;
beforeAll(async () => {
  address = await serve();
});
beforeEach(() => {
  reached.length = 0;
});
afterAll(() => Promise.all(running.map((server) => server.stop())));

const send = (query: string, headers: Record<string, string> = {}, origin = address): Promise<RawResponse> =>
  sendHttp(origin, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const errorOf = ({ text }: RawResponse) => JSON.parse(text).errors[0];

describe('the bearer token:', () => {
  test('is in the context of every operation of a request', async () => {
    await send('{ a: skill(id: "a") { id } b: skill(id: "b") { id } }', { authorization: 'Bearer abc.def' });
    expect(reached.map(({ context }) => context?.token)).toStrictEqual(['abc.def', 'abc.def']);
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer <a>'])(
    '"%s" is rejected with 401 before execution',
    async (authorization) => {
      const answer = await send('{ skill(id: "a") { id } }', { authorization });
      expect([answer.status, answer.headers['www-authenticate'], reached]).toStrictEqual([
        401,
        'Bearer realm="api-rosetta"',
        [],
      ]);
      expect(errorOf(answer).extensions).toMatchObject({
        code: 'UNAUTHENTICATED',
        reason: 'TOKEN_MALFORMED',
      });
    },
  );

  test('is missing: the status is 200, as for every error during execution', async () => {
    const answer = await send('{ progress { totalSize } }');
    expect([answer.status, answer.headers['www-authenticate']]).toStrictEqual([200, undefined]);
    expect(errorOf(answer).extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' });
  });
});

test('the extensions and the error of our client name the required scope', async () => {
  const { extensions } = errorOf(await send('{ category(id: "a") { id } }'));
  expect(extensions).toStrictEqual({
    code: 'FORBIDDEN',
    domainCode: 'PERMISSION_DENIED',
    reason: 'SCOPE_REQUIRED',
    scope: 'skills:write',
  });
  const client = PROTOCOLS.graphql.connect(address);
  await expect(client.getCategory({ id: 'a' })).rejects.toMatchObject({ details: { scope: 'skills:write' } });
  await client.close();
});

describe('the idempotency key:', () => {
  test('belongs to one mutation, and null equals absent', async () => {
    await send(`mutation {
      createSkill(skill: { id: "a", name: "A", categoryIds: ["b"] }, idempotencyKey: "1") { id }
      updateSkill(id: "a", etag: "*", patch: { name: "B" }, idempotencyKey: "2") { id }
      deleteSkill(id: "a", etag: "*", idempotencyKey: null)
      setProgress(skillId: "a", status: LEARNED, idempotencyKey: "4") { skillId }
    }`);
    expect(
      reached.map(({ operation, input, context }) => [operation, input, context?.idempotencyKey]),
    ).toStrictEqual([
      ['createSkill', { skill: { id: 'a', name: 'A', categoryIds: ['b'] } }, '1'],
      ['updateSkill', { id: 'a', etag: '*', patch: { name: 'B' } }, '2'],
      ['deleteSkill', { id: 'a', etag: '*' }, undefined],
      ['setProgress', { skillId: 'a', status: 'LEARNED' }, '4'],
    ]);
  });

  test('is sent by our client with every write, and an invalid one is rejected before sending', async () => {
    const client = PROTOCOLS.graphql.connect(address);
    const context = { idempotencyKey: 'once' };
    await client.createSkill({ skill: { id: 'a', name: 'A', categoryIds: ['b'] } }, context);
    await client.updateSkill({ id: 'a', etag: '*', patch: { name: 'B' } }, context);
    await client.deleteSkill({ id: 'a', etag: '*' }, context);
    await client.setProgress({ skillId: 'a', status: 'LEARNED' }, context);
    expect(reached.map(({ context }) => context?.idempotencyKey)).toStrictEqual(Array(4).fill('once'));
    const rejected = client.deleteSkill({ id: 'a' }, { idempotencyKey: 'two words' });
    await expect(rejected).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(reached).toHaveLength(4);
    await client.close();
  });
});

describe('HTTP errors below GraphQL have the form of GraphQL errors:', () => {
  test('oversized headers', async () => {
    const answer = await sendBytes(
      address,
      `GET /graphql HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    const [head, body] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 431 /);
    expect(JSON.parse(body!).errors[0].extensions).toMatchObject({
      code: 'HEADERS_TOO_LARGE',
      domainCode: 'RESOURCE_EXHAUSTED',
      reason: 'HEADERS_TOO_LARGE',
    });
  });

  test('bytes that are not HTTP', async () => {
    const [head, body] = (await sendBytes(address, 'HELLO\r\n\r\n')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(body!).errors[0].extensions.reason).toBe('MALFORMED_REQUEST');
  });
});

test.each([
  ['data', '{ skill(id: "a") { id } }', {}],
  ['an error', '{ nothing }', {}],
  ['a rejected token', '{ skill(id: "a") { id } }', { authorization: 'Basic YTpi' }],
])('a response with %s has the security headers', async (_what, query, headers) => {
  const answer = await send(query, headers);
  expect(answer.headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  expect(answer.headers).not.toHaveProperty('x-powered-by');
});

describe('telemetry:', () => {
  const observed = async (query: string, headers?: Record<string, string>) => {
    const notes = new RecordingTelemetry();
    const origin = await serve(notes);
    const answer = await send(query, headers, origin);
    await notes.ended;
    return { notes, events: notes.events, answer };
  };
  const DECODED = ['decode begins', 'decode ends'];
  const ENCODED = ['encode begins', 'encode ends', 'end'];

  test('records both operations of a request, and the response has the generated request id', async () => {
    const { notes, events, answer } = await observed(
      '{ a: skill(id: "a") { id } b: skill(id: "b") { id } }',
      {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    );
    expect(notes.request).toMatchObject({
      protocol: 'graphql',
      peer: '127.0.0.1',
      traceparent: expect.stringMatching(/^00-/),
    });
    expect(answer.headers['x-request-id']).toBe('generated');
    expect(reached.map(({ context }) => context?.requestId)).toStrictEqual(['generated', 'generated']);
    expect(events.slice(0, 3)).toStrictEqual([...DECODED, 'operation getSkill']);
    expect(events.filter((what) => what === 'operation getSkill')).toHaveLength(2);
    expect(events.slice(-3)).toStrictEqual(ENCODED);
    expect(events.filter((what) => what.startsWith('error'))).toStrictEqual([]);
  });

  test.each<[string, string, Record<string, string>, ErrorCode, boolean]>([
    ['an operation', '{ skill(id: "a") { id } category(id: "a") { id } }', {}, 'PERMISSION_DENIED', true],
    ['parsing', '{ skill', {}, 'INVALID_ARGUMENT', true],
    ['validation', '{ nothing }', {}, 'INVALID_ARGUMENT', true],
    [
      'the cost limit',
      '{ skills(first: 200) { nodes { related { related { related { related { id } } } } } } }',
      {},
      'RESOURCE_EXHAUSTED',
      true,
    ],
    ['Apollo before parsing', '', {}, 'INVALID_ARGUMENT', true],
    ['Apollo after execution', '{ __typename }', { accept: 'text/html' }, 'INVALID_ARGUMENT', false],
    [
      'the token check before Apollo',
      '{ skill(id: "a") { id } }',
      { authorization: 'Basic a' },
      'UNAUTHENTICATED',
      false,
    ],
    ['HTTP', '{ skill(id: "a") { id } }', { 'content-type': 'text/plain' }, 'INVALID_ARGUMENT', false],
  ])('records an error of %s', async (_who, query, headers, code, hasEncoding) => {
    const { events, answer } = await observed(query, headers);
    const first = events.find((what) => what.startsWith('error'));
    expect(first).toBe(`error ${code}`);
    expect(errorOf(answer).extensions.domainCode).toBe(code);
    expect(events.at(-1)).toBe('end');
    expect(events.includes('encode begins')).toBe(hasEncoding);
    expect(events.filter((what) => what === DECODED[0])).toHaveLength(
      events.filter((what) => what === DECODED[1]).length,
    );
  });

  test('does not change the bytes of a response', async () => {
    const query = '{ skill(id: "a") { id name } category(id: "a") { id } }';
    for (let times = 0; times < 3; times += 1) {
      const { answer } = await observed(query);
      expect(answer.text).toBe((await send(query)).text);
    }
  });

  test('records the same events for a compiled query as for an interpreted one', async () => {
    const notes = new RecordingTelemetry();
    const origin = await serve(notes);
    const recorded: string[][] = [];
    for (let times = 0; times < 4; times += 1) {
      await send('{ skill(id: "a") { id } category(id: "a") { id } }', {}, origin);
      recorded.push(notes.events.splice(0).filter((what) => what !== 'end'));
    }
    expect(recorded[3]).toStrictEqual(recorded[0]);
    expect(recorded[3]).toContain('error PERMISSION_DENIED');
  });
});
