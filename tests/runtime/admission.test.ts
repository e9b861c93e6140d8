/** Admission over the wire: each request pays at its arrival, whatever is wrong with it. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { listen } from '../../src/runtime/listen';
import { detailsOf, frame, sendGrpc } from '../support/raw/grpc';
import { type RawRequest, sendHttp } from '../support/raw/http';
import { decodeGraphql, decodeGrpc, decodeRest, decodeSoap, envelope } from '../support/raw/requests';
import { type Served, serveMap } from '../support/served';

const POINTS = 6;

let served: Served;
beforeEach(async () => {
  served = await serveMap(PROTOCOL_NAMES, { rateLimit: { perMinute: POINTS } });
});
afterEach(() => served.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const XML_TYPE = { 'content-type': 'text/xml; charset=utf-8' };
const post = (body: string, headers: RawRequest['headers'] = JSON_TYPE): RawRequest => ({
  method: 'POST',
  headers,
  body,
});

/** Sends one request and returns the reason of its error, which is empty for a response without an error. */
type Send = () => Promise<string>;

const rest =
  (path: string, request?: RawRequest): Send =>
  async () =>
    decodeRest(await sendHttp(served.address.rest, path, request)).reason;
const graphql =
  (path: string, request?: RawRequest): Send =>
  async () => {
    const answer = await sendHttp(served.address.graphql, path, request);
    return answer.headers['content-type']?.includes('json') ? decodeGraphql(answer).reason : '';
  };
const soap =
  (path: string, request?: RawRequest): Send =>
  async () =>
    decodeSoap(await sendHttp(served.address.soap, path, request)).reason;
const grpc =
  (path: string, body = frame(Buffer.alloc(0)), headers: Record<string, string> = {}): Send =>
  async () => {
    const answer = await sendGrpc(served.address.grpc, path, body, headers);
    return decodeGrpc(answer).reason;
  };

const INVALID_TOKEN = { authorization: 'Bearer a.b.c' };
const SERVICE = '/skills.v1.SkillsService';
const query = (text: string) => post(JSON.stringify({ query: text }));

const REQUESTS: Readonly<Record<ProtocolName, Readonly<Record<string, Send>>>> = {
  rest: {
    'a read': rest('/api/skills/git'),
    'broken JSON': rest('/api/skills', post('{')),
    'an invalid parameter': rest('/api/skills?pageSize=x'),
    'an unknown route': rest('/nowhere'),
    'the OpenAPI document': rest('/api/openapi.json'),
    'an unsupported media type': rest('/api/skills', post('x', { 'content-type': 'text/plain' })),
    'an invalid token': rest('/api/skills/git', { headers: INVALID_TOKEN }),
    'credentials that are not a token': rest('/api/skills/git', { headers: { authorization: 'Basic x' } }),
  },
  graphql: {
    'a read': graphql('/graphql', query('{ skill(id: "git") { id } }')),
    'broken JSON': graphql('/graphql', post('{')),
    introspection: graphql('/graphql', query('{ __schema { types { name } } }')),
    'an invalid document': graphql('/graphql', query('{ nope }')),
    'an unknown route': graphql('/nowhere'),
    'the SDL': graphql('/schema.graphql'),
    'an unsupported media type': graphql('/graphql', post('x', { 'content-type': 'text/plain' })),
    'an invalid token': graphql('/graphql', {
      ...query('{ skill(id: "git") { id } }'),
      headers: { ...JSON_TYPE, ...INVALID_TOKEN },
    }),
  },
  grpc: {
    'a read': grpc(`${SERVICE}/ListCategories`),
    'an unknown method': grpc(`${SERVICE}/Nope`),
    'a broken message': grpc(`${SERVICE}/GetSkill`, frame(Buffer.from([0xff]))),
    'an unsupported media type': grpc(`${SERVICE}/GetSkill`, undefined, { 'content-type': 'text/plain' }),
    'an invalid token': grpc(`${SERVICE}/ListCategories`, undefined, INVALID_TOKEN),
  },
  soap: {
    'a read': soap(
      '/soap',
      post(envelope('<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>git</id></GetSkill>'), XML_TYPE),
    ),
    'another document': soap('/soap', post('<a/>', XML_TYPE)),
    'the WSDL': soap('/soap?wsdl'),
    'an unknown route': soap('/nowhere'),
    'an unsupported media type': soap('/soap', post('x', { 'content-type': 'text/plain' })),
  },
};

/** Resolves to the number of requests that were answered before one was rejected with RATE_LIMITED. */
const countUntilLimited = async (send: Send): Promise<number> => {
  for (let count = 0; count <= POINTS; count++) if ((await send()) === 'RATE_LIMITED') return count;
  throw new Error(`${POINTS + 1} requests were answered`);
};

describe.each(PROTOCOL_NAMES)('%s:', (protocol) => {
  test('every kind of request costs points of its address, and is rejected when none are left', async () => {
    for (const [name, send] of Object.entries(REQUESTS[protocol])) {
      const before = served;
      served = await serveMap([protocol], { rateLimit: { perMinute: POINTS } });
      await before.stop();
      expect({ name, count: await countUntilLimited(send) }).toMatchObject({
        name,
        count: expect.any(Number),
      });
      for (const [other, sendOther] of Object.entries(REQUESTS[protocol]))
        expect({ other, reason: await sendOther() }).toEqual({ other, reason: 'RATE_LIMITED' });
    }
  });
});

test('the rejection has the form of the protocol', async () => {
  await countUntilLimited(REQUESTS.rest['a read']!);
  const http = async (origin: string, path: string) => {
    const { status, headers } = await sendHttp(origin, path);
    return [status, headers['content-type'], Number(headers['retry-after']) > 0];
  };
  expect([
    await http(served.address.rest, '/api/openapi.json'),
    await http(served.address.graphql, '/schema.graphql'),
    await http(served.address.soap, '/soap?wsdl'),
  ]).toEqual([
    [429, 'application/problem+json', true],
    [429, 'application/json; charset=utf-8', true],
    [500, 'text/xml; charset=utf-8', true],
  ]);
  const answer = await sendGrpc(served.address.grpc, `${SERVICE}/Nope`, frame(Buffer.alloc(0)));
  expect(answer.status).toBe(8);
  expect(detailsOf(answer)).toMatchObject({ ErrorInfo: { reason: 'RATE_LIMITED' }, RetryInfo: {} });
});

test('health is not charged', async () => {
  await countUntilLimited(REQUESTS.rest['a read']!);
  for (const protocol of ['rest', 'graphql', 'soap'] as const)
    expect((await sendHttp(served.address[protocol], '/readyz')).status).toBe(200);
  expect(
    (await sendGrpc(served.address.grpc, '/grpc.health.v1.Health/Check', frame(Buffer.alloc(0)))).status,
  ).toBe(0);
});

test('a verified token pays from the bucket of its subject, and leaves that of its address', async () => {
  const [ada, bob] = [served.token, await served.service.identity.issue({ subject: 'bob' })].map((token) => ({
    headers: { authorization: `Bearer ${token}` },
  }));
  expect(await countUntilLimited(rest('/api/skills/git', ada))).toBe(POINTS);
  expect(await countUntilLimited(rest('/api/skills/git'))).toBe(POINTS);
  expect(await countUntilLimited(rest('/api/skills/git', bob))).toBe(POINTS);
  // The subject pays, although nothing of the request is valid but its token.
  expect(await rest('/nowhere', bob)()).toBe('RATE_LIMITED');
});

test('a token in the body of a SOAP envelope moves the charge to its subject', async () => {
  const security = `<e:Header><o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><o:BinarySecurityToken ValueType="urn:ietf:params:oauth:token-type:jwt">${served.token}</o:BinarySecurityToken></o:Security></e:Header>`;
  const body = envelope('<GetSkill xmlns="urn:api-rosetta:skills:v1"><id>git</id></GetSkill>', security);
  expect(await countUntilLimited(soap('/soap', post(body, XML_TYPE)))).toBe(POINTS);
  // The last request could not move its charge.
  expect(await countUntilLimited(rest('/api/skills/git'))).toBeGreaterThanOrEqual(POINTS - 1);
});

test('a GraphQL request pays for the values of its result', async () => {
  const page = 'skills(first: 200) { nodes { id requires { id related { id } } } }';
  const nested = query(`{ ${Array.from({ length: 30 }, (_, index) => `p${index}: ${page}`).join(' ')} }`);
  expect(await countUntilLimited(graphql('/graphql', nested))).toBeLessThan(POINTS / 2);
});

describe('behind a trusted proxy', () => {
  let behind: Served;
  beforeEach(async () => {
    behind = await serveMap(
      ['rest', 'grpc'],
      { rateLimit: { perMinute: 2 } },
      { trustedProxies: ['loopback'] },
    );
  });
  afterEach(() => behind.stop());

  test.each([
    ['an address with a port', (n: number) => `203.0.113.7:${40_000 + n}`],
    ['an IPv6 address with a port', (n: number) => `[2001:db8::${n}]:${40_000 + n}`],
    ['addresses of one IPv6 block', (n: number) => `2001:db8::${n}`],
    ['a chain of proxies with ports', (n: number) => `203.0.113.7:${n}, 127.0.0.1:${n}`],
  ])('%s is one caller', async (_what, forwardedFor) => {
    const get = async (n: number) => {
      const headers = { 'x-forwarded-for': forwardedFor(n) };
      return (await sendHttp(behind.address.rest, '/api/skills/git', { headers })).status;
    };
    expect([await get(1), await get(2), await get(3)]).toEqual([200, 200, 429]);
    const call = await sendGrpc(behind.address.grpc, `${SERVICE}/Nope`, frame(Buffer.alloc(0)), {
      'x-forwarded-for': forwardedFor(4),
    });
    expect(call.status).toBe(8);
    const other = { headers: { 'x-forwarded-for': '198.51.100.1' } };
    expect((await sendHttp(behind.address.rest, '/api/skills/git', other)).status).toBe(200);
  });
});

test('a server of pages charges its requests too, and says so in plain text', async () => {
  const { admit } = served.service;
  const server = await listen((_request, response) => response.end('page'), {
    host: '127.0.0.1',
    port: 0,
    admit,
  });
  const answers = [];
  for (let count = 0; count <= POINTS; count++) answers.push(await sendHttp(server.address, '/'));
  expect(answers.map(({ status }) => status)).toEqual([...Array(POINTS).fill(200), 429]);
  expect(answers.at(-1)?.text).toMatch(/^The rate limit is exceeded; retry in \d+ seconds\.\n$/);
  expect((await sendHttp(server.address, '/readyz')).status).toBe(200);
  await server.stop();
});
