/** Who may call the explorer's server, and what it reaches: asked over plain HTTP, as no browser would. */
import { request } from 'node:http';
import { untrustedToken } from '../../src/app/untrusted-token';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { startExplorer } from '../../src/main';
import { type Served, serveMap } from '../support/served';
import { tempFolder } from '../support/temp';

let served: Served;
let explorer: Awaited<ReturnType<typeof startExplorer>>;
const logged: unknown[] = [];

beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES);
  explorer = await startExplorer({
    host: '127.0.0.1',
    port: 0,
    addresses: served.address,
    untrustedToken,
    dataFolder: tempFolder(),
    log: (error) => logged.push(error),
  });
});
afterAll(async () => {
  await explorer?.stop();
  await served?.stop();
});

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const call = ({ path, method = 'GET', headers, body }: Call): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const outgoing = request(explorer.address + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    outgoing.on('error', reject).end(body);
  });

const JSON_TYPE = { 'content-type': 'application/json' };
const QUESTION = JSON.stringify({ operation: 'getSkill', input: { id: 'git' }, wire: false });

test('its own pages may ask', async () => {
  const { host } = new URL(explorer.address);
  const own = { ...JSON_TYPE, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  const { status, body } = await call({ path: '/api/ask', method: 'POST', headers: own, body: QUESTION });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    agree: true,
    asked: PROTOCOL_NAMES.map((protocol) => ({ protocol })),
  });
});

test.each([
  ['another name for this machine (DNS rebinding)', { host: 'evil.example' }, 421],
  ['a page of another origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a page of another port', { 'sec-fetch-site': 'same-site' }, 403],
  ['another origin, in a browser without Fetch Metadata', { origin: 'https://evil.example' }, 403],
  ['a page without an origin', { origin: 'null' }, 403],
])('%s may not', async (_who, headers, status) => {
  const reply = await call({
    path: '/api/ask',
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: QUESTION,
  });
  expect([reply.status, reply.headers['content-type']]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
  ]);
});

test.each([
  ['broken JSON', '{', /JSON/],
  ['no such operation', '{"operation":"dropAll","input":{}}', /operation/],
  ['an input that is none', '{"operation":"getSkill","input":[]}', /input/],
  [
    'a member that is not known',
    '{"operation":"getSkill","input":{},"address":"http://evil.example"}',
    /address/,
  ],
  ['a token that is none', '{"operation":"getSkill","input":{},"token":"a b"}', /token/],
])('%s is refused in a sentence', async (_what, body, sentence) => {
  const reply = await call({ path: '/api/ask', method: 'POST', headers: JSON_TYPE, body });
  expect(reply.status).toBe(400);
  expect(JSON.parse(reply.body)).toMatchObject({ status: 400, title: expect.stringMatching(sentence) });
});

test('a body over 64 KiB is 413', async () => {
  const body = JSON.stringify({ operation: 'getSkill', input: { id: 'x'.repeat(70_000) } });
  expect((await call({ path: '/api/ask', method: 'POST', headers: JSON_TYPE, body })).status).toBe(413);
});

test.each([
  ['/api/through/rest/livez', 404],
  ['/api/through/rest/api/../livez', 404],
  ['/api/through/graphql/schema.graphql', 404],
  ['/api/through/soap/soap', 404],
  ['/api/through/rest//evil.example/api/', 404],
  ['/api/through/rest/@evil.example/api/', 404],
  ['/api/through/rest/api/skills/git', 200],
])('through it, %s is %i', async (path, status) => {
  expect((await call({ path })).status).toBe(status);
});

test('no token is made where none may be', async () => {
  const body = JSON.stringify({ operation: 'listProgress', input: {}, as: 'learner', wire: false });
  const reply = JSON.parse((await call({ path: '/api/ask', method: 'POST', headers: JSON_TYPE, body })).body);
  expect(reply.asked[0].answer.error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' });
  expect(JSON.parse((await call({ path: '/api/about' })).body).makesTokens).toBe(false);
});

test('nothing inline may run, and nothing from elsewhere', async () => {
  const { headers } = await call({ path: '/' });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers['x-powered-by']).toBeUndefined();
});

test('whoever calls too often is told when there is room', async () => {
  const calls = await Promise.all(Array.from({ length: 700 }, () => call({ path: '/api/about' })));
  const limited = calls.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(0);
  expect(Number(limited[0]?.headers['retry-after'])).toBeGreaterThan(0);
});

test('none of this was a fault of the server', () => {
  expect(logged).toEqual([]);
});
