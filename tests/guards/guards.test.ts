/**
 * Every guard, through every protocol: a row is a guard, a column a protocol, and each cell is provoked over the wire and
 * looked at with no client of ours. docs/guards.md is made of what is seen here (UPDATE_GUARDS=1 npx jest tests/guards).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../src/contract/errors';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { envelope, LEAK, readGraphql, readGrpc, readRest, readSoap } from '../support/raw/ask';
import { detailsOf, frame, sendGrpc, watchHealth } from '../support/raw/grpc';
import { type RawAnswer, type RawRequest, sendHttp } from '../support/raw/http';
import { expectFine } from '../support/raw/table';
import { type Served, serveMap } from '../support/served';
import { ask, formOf, type Seen, type What, type With } from './ask';
import { wrongTokens } from './tokens';

const DOCUMENT = path.join(__dirname, '../../docs/guards.md');
const UPDATE = process.env.UPDATE_GUARDS === '1';

/** HTTP's status in REST, Apollo's name, gRPC's number, whose fault it is in SOAP (docs: the README's table of errors). */
const FORMS: Readonly<Partial<Record<ErrorCode, readonly [number, string, number, string]>>> = {
  INVALID_ARGUMENT: [400, 'BAD_USER_INPUT', 3, 'Client'],
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED', 16, 'Client'],
  PERMISSION_DENIED: [403, 'FORBIDDEN', 7, 'Client'],
  FAILED_PRECONDITION: [400, 'FAILED_PRECONDITION', 9, 'Client'],
  RESOURCE_EXHAUSTED: [429, 'RATE_LIMITED', 8, 'Server'],
  DEADLINE_EXCEEDED: [504, 'DEADLINE_EXCEEDED', 4, 'Server'],
};

let served: Served;
let limited: Served;
let wrong: Awaited<ReturnType<typeof wrongTokens>>;
const made: Record<string, string> = {};

beforeAll(async () => {
  served = await serveMap();
  limited = await serveMap(PROTOCOL_NAMES, { rateLimit: { perMinute: 1 } });
  wrong = await wrongTokens(served.service);
  const { identity } = served.service;
  made.reader = await identity.issue({ subject: 'bob' });
  made.service = await identity.issue({ subject: 'robot', scopes: ['skills:write'], learner: false });
  made.expired = await identity.issue({ subject: 'ada', seconds: -60 });
  made.foreign = await limited.service.identity.issue({ subject: 'ada', scopes: ['skills:write'] });
});
afterAll(async () => {
  await served.stop();
  await limited.stop();
});

interface Guard {
  readonly what: What;
  readonly how?: () => With;
  readonly on?: () => Served;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Where the code has a form of its own for this reason. */
  readonly rest?: number;
  readonly graphqlStatus?: number;
  /** Said once in the document, beside the forms. */
  readonly note: string;
  /** What only this guard says, in each protocol's own place. */
  readonly also?: (protocol: ProtocolName, seen: Seen) => void;
}

const challenge = (expected: string | RegExp) => (protocol: ProtocolName, seen: Seen) => {
  if (protocol === 'rest') expect(seen.headers['www-authenticate']).toMatch(expected);
};

const INVALID_TOKEN = /^Bearer error="invalid_token", error_description="[^"]+"$/;
const badToken = (name: keyof Awaited<ReturnType<typeof wrongTokens>>, note: string): Guard => ({
  what: 'read',
  how: () => ({ token: wrong[name] }),
  code: 'UNAUTHENTICATED',
  reason: 'TOKEN_INVALID',
  note,
  also: challenge(INVALID_TOKEN),
});

const REFUSALS: Readonly<Record<string, Guard>> = {
  'no token for a write': {
    what: 'write',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: 'Reading is public; a write needs to know who.',
    also: challenge(/^Bearer$/),
  },
  'no token for progress': {
    what: 'progress',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: "Progress is a learner's own.",
    also: challenge(/^Bearer$/),
  },
  'credentials that are no bearer token': {
    what: 'read',
    how: () => ({ headers: { authorization: 'Basic YWRhOmVuY2hhbnRyZXNz' } }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_MALFORMED',
    graphqlStatus: 401,
    note: 'Refused before anything is read; also where no token was needed.',
    also: challenge(/^Bearer error="invalid_request"/),
  },
  'a token with `alg: none`': badToken('alg: none', 'Only signatures with a private key are believed.'),
  'a token signed with our public key as a secret': badToken(
    'the public key as an HMAC secret',
    'Key confusion (RFC 8725, section 2.1): symmetric algorithms are not allowed.',
  ),
  "a token with a stranger's signature": badToken("a stranger's signature", 'Our key id, another key.'),
  'a token that is no JWT': badToken('not a JWT', 'Refused also where no token was needed.'),
  "another issuer's token": {
    what: 'read',
    how: () => ({ token: made.foreign }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_INVALID',
    note: 'Well made, by somebody else.',
    also: challenge(INVALID_TOKEN),
  },
  'an expired token': {
    what: 'read',
    how: () => ({ token: made.expired }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_EXPIRED',
    note: 'A minute over; five seconds of clock difference are forgiven.',
    also: challenge(INVALID_TOKEN),
  },
  'a token without the scope': {
    what: 'write',
    how: () => ({ token: made.reader }),
    code: 'PERMISSION_DENIED',
    reason: 'SCOPE_REQUIRED',
    note: 'The answer names the scope that would do.',
    also: (protocol, { headers, body, details }) => {
      const said = {
        rest: () => {
          expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="skills:write"');
          return JSON.parse(body).scope;
        },
        graphql: () => JSON.parse(body).errors[0].extensions.scope,
        grpc: () => details.ErrorInfo.metadata.scope,
        soap: () => /<scope>(.*)<\/scope>/.exec(body)?.[1],
      } satisfies Record<ProtocolName, () => unknown>;
      expect(said[protocol]()).toBe('skills:write');
    },
  },
  "a service's token for progress": {
    what: 'progress',
    how: () => ({ token: made.service }),
    code: 'PERMISSION_DENIED',
    reason: 'LEARNER_REQUIRED',
    note: 'A token whose subject is its client is nobody who learns (RFC 9068, section 2.2).',
  },
  'too many calls': {
    what: 'write',
    on: () => limited,
    code: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMITED',
    note: 'By the subject of the token, else by address; the answer says when there is room again.',
    also: (protocol, { headers, body, details }) => {
      const seconds = {
        rest: () => Number(headers['retry-after']),
        graphql: () => JSON.parse(body).errors[0].extensions.retryDelayMs / 1000,
        grpc: () => details.RetryInfo.retryDelay.seconds,
        soap: () => Number(/<retryAfter>(.*)<\/retryAfter>/.exec(body)?.[1]),
      } satisfies Record<ProtocolName, () => number>;
      expect(seconds[protocol]()).toBeGreaterThan(50);
      expect(seconds[protocol]()).toBeLessThanOrEqual(60);
    },
  },
  'a deadline that has passed': {
    what: 'write',
    how: () => ({ token: served.token, headers: { 'request-timeout': '0', 'grpc-timeout': '1n' } }),
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
    note: '`grpc-timeout`, or `Request-Timeout` in seconds; nothing is written.',
  },
  'an idempotency key for something else': {
    what: 'write',
    how: () => ({ token: served.token, key: 'taken', name: 'Not Git' }),
    code: 'FAILED_PRECONDITION',
    reason: 'IDEMPOTENCY_KEY_REUSED',
    rest: 422,
    note: 'The key is known, from any protocol, with another input.',
  },
  'an idempotency key that cannot be one': {
    what: 'write',
    how: () => ({ token: served.token, key: 'x'.repeat(129) }),
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_INPUT',
    note: '1 to 128 visible characters.',
  },
};

const cells: Record<string, Partial<Record<ProtocolName, string>>> = {};
const notes: Record<string, string> = {};

const note = (guard: string, protocol: ProtocolName, form: string, text: string): void => {
  cells[guard] = { ...cells[guard], [protocol]: form };
  notes[guard] = text;
};

const expectForm = (protocol: ProtocolName, seen: Seen, guard: Guard): void => {
  const [status, apollo, grpcStatus, fault] = FORMS[guard.code]!;
  const { status: seenStatus, code, reason, body, details } = seen;
  expect({ code, reason }).toEqual({ code: guard.code, reason: guard.reason });
  const standard = {
    rest: () => expect(seenStatus).toBe(guard.rest ?? status),
    graphql: () => {
      expect(seenStatus).toBe(guard.graphqlStatus ?? 200);
      expect(JSON.parse(body).errors[0].extensions.code).toBe(apollo);
    },
    grpc: () => {
      expect(seenStatus).toBe(grpcStatus);
      expect(details.ErrorInfo).toMatchObject({ reason: guard.reason, domain: 'api-rosetta' });
    },
    soap: () => {
      expect(seenStatus).toBe(guard.reason === 'TOKEN_MALFORMED' ? 401 : 500);
      expect(body).toContain(`<faultcode>soap:${fault}</faultcode>`);
    },
  } satisfies Record<ProtocolName, () => void>;
  standard[protocol]();
  expect(body).not.toMatch(LEAK);
};

describe.each(Object.entries(REFUSALS))('%s:', (name, guard) => {
  test.each(PROTOCOL_NAMES)('%s refuses it in its own form, and goes on', async (protocol) => {
    if (guard.reason === 'IDEMPOTENCY_KEY_REUSED') {
      await ask(served, 'rest', 'write', { token: served.token, key: 'taken' });
    }
    const on = guard.on?.() ?? served;
    const seen = await ask(on, protocol, guard.what, guard.how?.());
    expectForm(protocol, seen, guard);
    guard.also?.(protocol, seen);
    note(name, protocol, formOf(protocol, seen), guard.note);
    await expectFine(served, protocol);
  });
});

/** Guards that are no answer to one plain request: each provokes in its own way, and says what it saw. */
type Provoke = (protocol: ProtocolName) => Promise<string>;
interface Other {
  readonly note: string;
  readonly provoke: Provoke;
}

const MIB = 1024 * 1024;
const bodyOf = (protocol: Exclude<ProtocolName, 'grpc'>, text: string): RawRequest & { path: string } => ({
  path: { rest: '/api/progress/git', graphql: '/graphql', soap: '/soap' }[protocol],
  method: protocol === 'rest' ? 'PUT' : 'POST',
  headers: { 'content-type': protocol === 'soap' ? 'text/xml' : 'application/json' },
  body: { rest: `{"status":"${text}"}`, graphql: `{"query":"${text}"}`, soap: envelope(text) }[protocol],
});

const READ = { rest: readRest, graphql: readGraphql, soap: readSoap };
const seenOf = (protocol: Exclude<ProtocolName, 'grpc'>, answer: RawAnswer): Seen => ({
  ...READ[protocol](answer),
  headers: answer.headers,
  details: {},
});

const send = async (
  protocol: ProtocolName,
  text: string,
  gzip = false,
  headers: Record<string, string> = {},
): Promise<Seen> => {
  if (protocol === 'grpc') {
    const bytes = Buffer.from(text);
    const message = gzip ? frame(gzipSync(bytes), true) : frame(bytes);
    const encoding = gzip ? { 'grpc-encoding': 'gzip' } : undefined;
    const answer = await sendGrpc(served.address.grpc, '/skills.v1.SkillsService/GetSkill', message, {
      ...encoding,
      ...headers,
    });
    return { ...readGrpc(answer), headers: answer.trailers, details: detailsOf(answer) };
  }
  const { path: where, ...request } = bodyOf(protocol, text);
  const body = gzip ? gzipSync(request.body as string) : request.body;
  const all = { ...request.headers, ...(gzip && { 'content-encoding': 'gzip' }), ...headers };
  return seenOf(
    protocol,
    await sendHttp(served.address[protocol], where, { ...request, headers: all, body }),
  );
};

const tooLarge: (text: () => string, gzip: boolean) => Provoke = (text, gzip) => async (protocol) => {
  const seen = await send(protocol, text(), gzip);
  expect(seen.code).toBe('RESOURCE_EXHAUSTED');
  if (protocol === 'grpc') expect(seen.status).toBe(8);
  else
    expect({ status: seen.status, reason: seen.reason }).toEqual({ status: 413, reason: 'BODY_TOO_LARGE' });
  return formOf(protocol, seen);
};

/** On a connection of its own, byte for byte, and what comes back until the other side ends it. */
const converse = (origin: string, bytes: string, patienceMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin.includes('://') ? origin : `http://${origin}`);
    let heard = '';
    const socket = createConnection(Number(port), hostname, () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(new Error('still open')), patienceMs);
    socket
      .on('data', (chunk) => {
        heard += chunk.toString('latin1');
      })
      .on('error', (error) => {
        if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') resolve(heard);
        else reject(error);
      })
      .on('close', () => {
        clearTimeout(timer);
        resolve(heard);
      });
  });

const statusLine = (heard: string): string => heard.split('\r\n')[0] ?? '';

const withServers = async <T>(
  only: ProtocolName,
  serving: Parameters<typeof serveMap>[2],
  work: (running: Served) => Promise<T>,
): Promise<T> => {
  const running = await serveMap([only], {}, serving);
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
};

const OTHERS: Readonly<Record<string, Other>> = {
  'a body or message over 1 MiB': {
    note: 'gRPC: answered by its library, which sends a status and no details.',
    provoke: tooLarge(() => 'x'.repeat(MIB + 1), false),
  },
  'a gzip bomb': {
    note: '20 MiB in 20 KiB: unpacked no further than the limit.',
    provoke: tooLarge(() => 'x'.repeat(20 * MIB), true),
  },
  'headers over 16 KiB': {
    note: 'In the form of the protocol, though no request was read; gRPC: its HTTP/2 library ends the stream.',
    provoke: async (protocol) => {
      const headers = { 'x-long': 'x'.repeat(LIMITS.headerBytesMax) };
      if (protocol !== 'grpc') {
        const seen = await send(protocol, 'x', false, headers);
        expect({ status: seen.status, code: seen.code, reason: seen.reason }).toEqual({
          status: 431,
          code: 'RESOURCE_EXHAUSTED',
          reason: 'HEADERS_TOO_LARGE',
        });
        return formOf(protocol, seen);
      }
      const ended = await ask(served, 'grpc', 'read', { headers }).then(
        ({ status, code }) => `${status} \`${code}\``,
        (error: Error) => error.message,
      );
      expect(ended).not.toMatch(/OK/);
      return 'the stream is refused';
    },
  },
  'headers that do not end': {
    note: 'Ten seconds by default; here a fifth of one.',
    provoke: (protocol) =>
      withServers(
        protocol,
        { limits: { headersMsMax: 200, stalledMsMax: 2000, http2IdleMsMax: 300 } },
        async ({ address }) => {
          const heard = await converse(
            address[protocol],
            protocol === 'grpc' ? 'PRI * HT' : 'POST /x HTTP/1.1\r\nHost:',
            5000,
          );
          if (protocol === 'grpc') return 'the connection is closed';
          expect(statusLine(heard)).toBe('HTTP/1.1 408 Request Timeout');
          expect(heard).toContain('REQUEST_TIMEOUT');
          return '408, `REQUEST_TIMEOUT`';
        },
      ),
  },
  'a body that does not end': {
    note: 'Thirty seconds by default, for the whole request; gRPC: as long as its deadline, at most ten minutes.',
    provoke: (protocol) =>
      withServers(protocol, { limits: { headersMsMax: 200, requestMsMax: 300 } }, async ({ address }) => {
        if (protocol === 'grpc') {
          const stalled = await ask({ address }, 'grpc', 'read', { headers: { 'grpc-timeout': '200m' } });
          expect(['OK', 'DEADLINE_EXCEEDED']).toContain(stalled.code);
          return 'the stream ends at its deadline';
        }
        const { path: where, method, headers } = bodyOf(protocol, '');
        const head = `${method} ${where} HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers?.['content-type']}\r\nContent-Length: 99\r\n\r\n{`;
        const heard = await converse(address[protocol], head, 5000);
        expect(statusLine(heard)).toMatch(/^HTTP\/1\.1 4\d\d /);
        return `${statusLine(heard).slice(9, 12)}, \`${/[A-Z]+_[A-Z_]+/.exec(heard.split('\r\n\r\n')[1] ?? '')?.[0]}\``;
      }),
  },
  'more connections than are allowed': {
    note: '5,000 for each protocol by default; here one.',
    provoke: (protocol) =>
      withServers(protocol, { limits: { connectionsMax: 1 } }, async ({ address }) => {
        const { hostname, port } = new URL(`http://${address[protocol].replace('http://', '')}`);
        const first = createConnection(Number(port), hostname);
        await new Promise((resolve) => first.once('connect', resolve));
        await sleep(20);
        expect(await converse(address[protocol], '', 3000)).toBe('');
        first.destroy();
        return 'the connection is closed';
      }),
  },
  'a request id': {
    note: 'Goes back with every answer, so that two logs can be laid side by side.',
    provoke: async (protocol) => {
      const { headers, code } = await ask(served, protocol, 'read', { headers: { 'x-request-id': 'r-1' } });
      expect({ code, id: headers['x-request-id'] }).toEqual({ code: 'OK', id: 'r-1' });
      return `\`x-request-id\` in the ${protocol === 'grpc' ? 'initial metadata' : 'headers'}`;
    },
  },
  'security headers': {
    note: "helmet's, as far as they mean something for an API (decision 12); no banner of a product or version.",
    provoke: async (protocol) => {
      const { headers } = await ask(served, protocol, 'read');
      expect(headers['x-powered-by'] ?? headers.server).toBeUndefined();
      if (protocol === 'grpc') return 'not for browsers';
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
      return '`Content-Security-Policy`, `X-Content-Type-Options`';
    },
  },
  'a web page of another origin': {
    note: 'Closed unless `CORS_ORIGINS` names the origin.',
    provoke: async (protocol) => {
      const headers = { origin: 'https://elsewhere.example' };
      const closed = await ask(served, protocol, 'read', { headers });
      expect(closed.headers['access-control-allow-origin']).toBeUndefined();
      if (protocol === 'grpc') return 'not for browsers';
      return withServers(protocol, { corsOrigins: [headers.origin] }, async (open) => {
        const answer = await ask(open, protocol, 'read', { headers });
        expect(answer.headers['access-control-allow-origin']).toBe(headers.origin);
        return 'no `Access-Control-Allow-Origin`';
      });
    },
  },
  'the same key twice': {
    note: 'Sent once more through each other protocol, with one effect: the etag stays.',
    provoke: async (protocol) => {
      const how = { token: served.token, key: `again-${protocol}`, name: `Git by ${protocol}` };
      const etagOf = async () => (await served.service.api.getSkill({ id: 'git' })).etag;
      const before = await etagOf();
      expect((await ask(served, protocol, 'write', how)).code).toBe('OK');
      const after = await etagOf();
      expect(after).not.toBe(before);
      for (const other of PROTOCOL_NAMES) expect((await ask(served, other, 'write', how)).code).toBe('OK');
      expect(await etagOf()).toBe(after);
      await ask(served, protocol, 'write', { token: served.token });
      return {
        rest: '`Idempotency-Key` header',
        graphql: '`idempotencyKey` argument',
        grpc: '`request_id` field (AIP-155)',
        soap: '`IdempotencyKey` header block',
      }[protocol];
    },
  },
  'a server that is stopping': {
    note: 'Says so first, finishes what is in flight, then closes.',
    provoke: (protocol) =>
      withServers(protocol, {}, async (running) => {
        const { address } = running;
        if (protocol === 'grpc') {
          const health = watchHealth(address.grpc);
          expect(await health.next()).toBe('SERVING');
          const ended = running.servers.get(protocol)?.stop({ graceMs: 2000 });
          expect(await health.next()).toBe('NOT_SERVING');
          health.close();
          await ended;
          return '`NOT_SERVING` (grpc.health.v1)';
        }
        const { hostname, port } = new URL(address[protocol]);
        const socket = createConnection(Number(port), hostname);
        await new Promise((resolve) => socket.once('connect', resolve));
        const heard = new Promise<string>((resolve) =>
          socket.on('data', (chunk) => resolve(chunk.toString())),
        );
        socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
        await sleep(50);
        const stopped = running.servers.get(protocol)?.stop({ graceMs: 2000 });
        socket.write('\r\n');
        expect(statusLine(await heard)).toBe('HTTP/1.1 503 Service Unavailable');
        socket.destroy();
        await stopped;
        return '`GET /readyz`: 503';
      }),
  },
};

describe.each(Object.entries(OTHERS))('%s:', (name, { note: text, provoke }) => {
  test.each(PROTOCOL_NAMES)('%s', async (protocol) => {
    note(name, protocol, await provoke(protocol), text);
    await expectFine(served, protocol);
  });
});

afterAll(() => {
  if (UPDATE) writeFileSync(DOCUMENT, documentOf());
});

test('docs/guards.md says what was seen here', () => {
  if (!UPDATE) expect(documentOf()).toBe(readFileSync(DOCUMENT, 'utf8'));
});

test('none of it was logged as a fault of ours', () => {
  expect(served.logged).toStrictEqual([]);
});

const documentOf = (): string => {
  const rows = Object.entries(cells).map(
    ([guard, forms]) =>
      `| ${guard} | ${PROTOCOL_NAMES.map((protocol) => forms[protocol] ?? '').join(' | ')} | ${notes[guard]} |`,
  );
  return `# Guards

Each is written once, around \`SkillsApi\` or in front of the server, and reaches every protocol in the form that its
standard has for it. This table is made by tests/guards, which provokes every cell over the wire: what stands here was seen.

| provoked by | REST | GraphQL | gRPC | SOAP | |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
};
