/** Access to the explorer's server and the servers that it reaches, tested over plain HTTP without a browser. */
import { request } from 'node:http';
import { untrustedToken } from '../../src/app/untrusted-token';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { startExplorer } from '../../src/main';
import { type Served, serveMap } from '../support/served';
import { tempFolder } from '../support/temp';

let served: Served;
let explorer: Awaited<ReturnType<typeof startExplorer>>;
/** An explorer that issues tokens. */
let issuing: typeof explorer;
const logged: unknown[] = [];

beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES);
  const options = {
    host: '127.0.0.1',
    port: 0,
    addresses: served.address,
    untrustedToken,
    dataFolder: tempFolder(),
    log: (error: unknown) => logged.push(error),
  };
  explorer = await startExplorer(options);
  issuing = await startExplorer({ ...options, issue: served.service.identity.issue });
});
afterAll(async () => {
  await explorer?.stop();
  await issuing?.stop();
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

const call = ({ path, method = 'GET', headers, body }: Call, on = explorer): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const outgoing = request(on.address + path, { method, headers }, (response) => {
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

test('a request of its own pages is accepted', async () => {
  const { host } = new URL(explorer.address);
  const own = { ...JSON_TYPE, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  const { status, body } = await call({ path: '/api/ask', method: 'POST', headers: own, body: QUESTION });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    agree: true,
    results: PROTOCOL_NAMES.map((protocol) => ({ protocol })),
  });
});

test.each([
  ['another host name for this machine (DNS rebinding)', { host: 'evil.example' }, 421],
  ['the Fetch Metadata of another origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ['the Fetch Metadata of another port', { 'sec-fetch-site': 'same-site' }, 403],
  ['another Origin, without Fetch Metadata', { origin: 'https://evil.example' }, 403],
  ['the Origin null', { origin: 'null' }, 403],
])('a request with %s is rejected', async (_what, headers, status) => {
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
  ['an unknown operation', '{"operation":"dropAll","input":{}}', /operation/],
  ['an input that is not an object', '{"operation":"getSkill","input":[]}', /input/],
  ['an unknown member', '{"operation":"getSkill","input":{},"address":"http://evil.example"}', /address/],
  ['a malformed token', '{"operation":"getSkill","input":{},"token":"a b"}', /token/],
])('a body with %s is rejected with a sentence', async (_what, body, sentence) => {
  const reply = await call({ path: '/api/ask', method: 'POST', headers: JSON_TYPE, body });
  expect(reply.status).toBe(400);
  expect(JSON.parse(reply.body)).toMatchObject({ status: 400, title: expect.stringMatching(sentence) });
});

test('a body over 64 KiB is rejected with 413', async () => {
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
])('the console proxy responds to %s with %i', async (path, status) => {
  expect((await call({ path })).status).toBe(status);
});

test('a call as learner has no token if the explorer does not issue tokens', async () => {
  const body = JSON.stringify({ operation: 'listProgress', input: {}, as: 'learner', wire: false });
  const reply = JSON.parse((await call({ path: '/api/ask', method: 'POST', headers: JSON_TYPE, body })).body);
  expect(reply.results[0].answer.error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED' });
  expect(JSON.parse((await call({ path: '/api/about' })).body).makesTokens).toBe(false);
});

describe('an explorer that issues tokens', () => {
  const about = async (headers?: Record<string, string>) =>
    JSON.parse((await call({ path: '/api/about', headers }, issuing)).body);
  const write = async (id: string, headers: Record<string, string>, path = '/api/ask') => {
    const input = { skill: { id, name: 'Made', categoryIds: ['databases'] } };
    const body = JSON.stringify({ operation: 'createSkill', as: 'writer', input });
    const reply = await call({ path, method: 'POST', headers: { ...JSON_TYPE, ...headers }, body }, issuing);
    const exists = await served.service.api.getSkill({ id }).then(
      () => true,
      () => false,
    );
    return { status: reply.status, exists, body: reply.body };
  };

  test('issues them to its page, which has the secret of this start', async () => {
    const { makesTokens, pageSecret } = await about();
    expect([makesTokens, pageSecret.length]).toEqual([true, 43]);
    expect(await write('by-the-page', { 'x-page-secret': pageSecret })).toMatchObject({
      status: 200,
      exists: true,
    });
  });

  test.each([
    ['without the secret', {}],
    ['with another secret', { 'x-page-secret': 'x'.repeat(43) }],
  ] as const)('issues none to a call %s', async (_how, headers) => {
    const { status, exists, body } = await write('by-a-program', headers);
    expect([status, exists]).toEqual([403, false]);
    expect(JSON.parse(body).title).toContain('reload the page');
    const provoking = { path: '/api/provoke', method: 'POST', body: '{"name":"no-scope"}' };
    expect((await call({ ...provoking, headers: { ...JSON_TYPE, ...headers } }, issuing)).status).toBe(403);
  });

  test('answers anonymous calls and calls with a token without the secret', async () => {
    const ask = { path: '/api/ask', method: 'POST', headers: JSON_TYPE };
    expect((await call({ ...ask, body: QUESTION }, issuing)).status).toBe(200);
    const body = JSON.stringify({ operation: 'listProgress', input: {}, token: served.token, wire: false });
    expect(JSON.parse((await call({ ...ask, body }, issuing)).body)).toMatchObject({
      results: PROTOCOL_NAMES.map(() => ({ answer: { value: { items: [], totalSize: 0 } } })),
    });
  });

  test.each([
    ['forwarded', 'for=203.0.113.5'],
    ['x-forwarded-for', '203.0.113.5'],
    ['X-Forwarded-Proto', 'https'],
    ['via', '1.1 proxy'],
    ['x-real-ip', '203.0.113.5'],
  ])('issues none through a proxy that sends %s', async (name, value) => {
    const { pageSecret } = await about();
    const proxied = { [name]: value, 'x-page-secret': pageSecret };
    const { status, exists, body } = await write('via-proxy', proxied);
    expect([status, exists]).toEqual([403, false]);
    expect(JSON.parse(body).title).toContain(name.toLowerCase());
    const info = await about({ [name]: value });
    expect([info.makesTokens, info.pageSecret]).toEqual([false, undefined]);
  });

  test.each(['/API/ask', '/Api/Ask', '/api/ASK'])('has the same guards at %s', async (path) => {
    const { pageSecret } = await about();
    const foreign = { 'x-page-secret': pageSecret, 'sec-fetch-site': 'cross-site' };
    expect(await write('by-case', foreign, path)).toMatchObject({ status: 403, exists: false });
    const read = path.replace(/ask$/i, 'through/rest/api/skills/git');
    expect((await call({ path: read, headers: foreign }, issuing)).status).toBe(403);
  });
});

test('the Content-Security-Policy permits no inline script and no other origin', async () => {
  const { headers } = await call({ path: '/' });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers['x-powered-by']).toBeUndefined();
});

test('calls above the limit are rejected with 429 and Retry-After', async () => {
  const calls = await Promise.all(Array.from({ length: 700 }, () => call({ path: '/api/about' })));
  const limited = calls.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(0);
  expect(Number(limited[0]?.headers['retry-after'])).toBeGreaterThan(0);
});

test('no request caused an internal error', () => {
  expect(logged).toEqual([]);
});
