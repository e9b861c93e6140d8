/** What the guards are told of a GraphQL request, and what they say of it: the context, the refusals, the watching. */

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
import { type RawAnswer, sendBytes, sendHttp } from '../../support/raw/http';

interface Reached {
  readonly operation: Operation;
  readonly input: object;
  readonly context?: CallContext;
}

/** Notes what the adapter says of a request, in the order in which it says it. */
class Notes implements Telemetry {
  readonly said: string[] = [];
  arrival?: ObservedRequest;
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  begin(arrival: ObservedRequest): ObservedCall {
    this.arrival = arrival;
    const note = (what: string) => this.said.push(what);
    return {
      requestId: arrival.requestId ?? 'made-here',
      setOperation: (operation) => note(`asked ${operation}`),
      setSubject: (subject) => note(`identified ${subject}`),
      recordError: (code) => note(`failed ${code}`),
      phase: (phase, work) => {
        note(`${phase} begins`);
        const result = work();
        if (result instanceof Promise) result.finally(() => note(`${phase} ends`)).catch(() => undefined);
        else note(`${phase} ends`);
        return result;
      },
      end: ({ request, response }) => {
        if (request > 0 && response > 0) note('end');
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
    throw new SkillsError('UNAUTHENTICATED', 'TOKEN_REQUIRED', 'Who are you?');
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

const ask = (query: string, headers: Record<string, string> = {}, origin = address): Promise<RawAnswer> =>
  sendHttp(origin, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const errorOf = ({ text }: RawAnswer) => JSON.parse(text).errors[0];

describe('the bearer token:', () => {
  test('reaches every operation of a request', async () => {
    await ask('{ a: skill(id: "a") { id } b: skill(id: "b") { id } }', { authorization: 'Bearer abc.def' });
    expect(reached.map(({ context }) => context?.token)).toStrictEqual(['abc.def', 'abc.def']);
  });

  test.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer <a>'])(
    '"%s" is 401 before execution',
    async (authorization) => {
      const answer = await ask('{ skill(id: "a") { id } }', { authorization });
      expect([answer.status, answer.headers['www-authenticate'], reached]).toStrictEqual([
        401,
        'Bearer error="invalid_request"',
        [],
      ]);
      expect(errorOf(answer).extensions).toMatchObject({
        code: 'UNAUTHENTICATED',
        reason: 'TOKEN_MALFORMED',
      });
    },
  );

  test('where the service misses one, the status is 200, as of all that went wrong in execution', async () => {
    const answer = await ask('{ progress { skillId } }');
    expect([answer.status, answer.headers['www-authenticate']]).toStrictEqual([200, undefined]);
    expect(errorOf(answer).extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' });
  });
});

test('the scope that would be enough is in the extensions, and comes out of our client', async () => {
  const { extensions } = errorOf(await ask('{ category(id: "a") { id } }'));
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
  test('is the own one of each mutation, and null is as none', async () => {
    await ask(`mutation {
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

  test('is sent by our client with every write, and not at all where it could not be taken', async () => {
    const client = PROTOCOLS.graphql.connect(address);
    const context = { idempotencyKey: 'once' };
    await client.createSkill({ skill: { id: 'a', name: 'A', categoryIds: ['b'] } }, context);
    await client.updateSkill({ id: 'a', etag: '*', patch: { name: 'B' } }, context);
    await client.deleteSkill({ id: 'a', etag: '*' }, context);
    await client.setProgress({ skillId: 'a', status: 'LEARNED' }, context);
    expect(reached.map(({ context }) => context?.idempotencyKey)).toStrictEqual(Array(4).fill('once'));
    const refused = client.deleteSkill({ id: 'a' }, { idempotencyKey: 'two words' });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(reached).toHaveLength(4);
    await client.close();
  });
});

describe('refusals below GraphQL have its form:', () => {
  test('headers that are too large', async () => {
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

  test('what is no HTTP', async () => {
    const [head, body] = (await sendBytes(address, 'HELLO\r\n\r\n')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(body!).errors[0].extensions.reason).toBe('MALFORMED_REQUEST');
  });
});

test.each([
  ['data', '{ skill(id: "a") { id } }', {}],
  ['an error', '{ nothing }', {}],
  ['a refusal', '{ skill(id: "a") { id } }', { authorization: 'Basic YTpi' }],
])('the security headers are there with %s', async (_what, query, headers) => {
  const answer = await ask(query, headers);
  expect(answer.headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  expect(answer.headers).not.toHaveProperty('x-powered-by');
});

describe('those who watch:', () => {
  const watched = async (query: string, headers?: Record<string, string>) => {
    const notes = new Notes();
    const origin = await serve(notes);
    const answer = await ask(query, headers, origin);
    await notes.ended;
    return { notes, said: notes.said, answer };
  };
  const READ = ['decode begins', 'decode ends'];
  const WRITTEN = ['encode begins', 'encode ends', 'end'];

  test('see a request with two operations, and answer with the id that they gave it', async () => {
    const { notes, said, answer } = await watched('{ a: skill(id: "a") { id } b: skill(id: "b") { id } }', {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(notes.arrival).toMatchObject({
      protocol: 'graphql',
      peer: '127.0.0.1',
      traceparent: expect.stringMatching(/^00-/),
    });
    expect(answer.headers['x-request-id']).toBe('made-here');
    expect(reached.map(({ context }) => context?.requestId)).toStrictEqual(['made-here', 'made-here']);
    expect(said.slice(0, 3)).toStrictEqual([...READ, 'asked getSkill']);
    expect(said.filter((what) => what === 'asked getSkill')).toHaveLength(2);
    expect(said.slice(-3)).toStrictEqual(WRITTEN);
    expect(said.filter((what) => what.startsWith('failed'))).toStrictEqual([]);
  });

  test.each<[string, string, Record<string, string>, ErrorCode, boolean]>([
    ['an operation', '{ skill(id: "a") { id } category(id: "a") { id } }', {}, 'PERMISSION_DENIED', true],
    ['the reading', '{ skill', {}, 'INVALID_ARGUMENT', true],
    ['the validation', '{ nothing }', {}, 'INVALID_ARGUMENT', true],
    [
      'the cost',
      '{ skills(first: 200) { nodes { related { related { related { related { id } } } } } } }',
      {},
      'RESOURCE_EXHAUSTED',
      true,
    ],
    ['Apollo, before the document', '', {}, 'INVALID_ARGUMENT', true],
    ['Apollo, after it all', '{ __typename }', { accept: 'text/html' }, 'INVALID_ARGUMENT', false],
    [
      'us, before Apollo',
      '{ skill(id: "a") { id } }',
      { authorization: 'Basic a' },
      'UNAUTHENTICATED',
      false,
    ],
    ['HTTP', '{ skill(id: "a") { id } }', { 'content-type': 'text/plain' }, 'INVALID_ARGUMENT', false],
  ])('hear of an error of %s', async (_who, query, headers, code, hasEncoding) => {
    const { said, answer } = await watched(query, headers);
    const first = said.find((what) => what.startsWith('failed'));
    expect(first).toBe(`failed ${code}`);
    expect(errorOf(answer).extensions.domainCode).toBe(code);
    expect(said.at(-1)).toBe('end');
    expect(said.includes('encode begins')).toBe(hasEncoding);
    expect(said.filter((what) => what === READ[0])).toHaveLength(
      said.filter((what) => what === READ[1]).length,
    );
  });

  test('get the same bytes as those who do not', async () => {
    const query = '{ skill(id: "a") { id name } category(id: "a") { id } }';
    for (let times = 0; times < 3; times += 1) {
      const { answer } = await watched(query);
      expect(answer.text).toBe((await ask(query)).text);
    }
  });

  test('hear of a compiled query what they hear of an interpreted one', async () => {
    const notes = new Notes();
    const origin = await serve(notes);
    const heard: string[][] = [];
    for (let times = 0; times < 4; times += 1) {
      await ask('{ skill(id: "a") { id } category(id: "a") { id } }', {}, origin);
      heard.push(notes.said.splice(0).filter((what) => what !== 'end'));
    }
    expect(heard[3]).toStrictEqual(heard[0]);
    expect(heard[3]).toContain('failed PERMISSION_DENIED');
  });
});
