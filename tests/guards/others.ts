/** Guards that are no answer to one plain request: each provokes in its own way, and says what it saw. */
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { envelope, readGraphql, readGrpc, readRest, readSoap } from '../support/raw/ask';
import { detailsOf, frame, sendGrpc, watchHealth } from '../support/raw/grpc';
import { type RawAnswer, type RawRequest, sendHttp } from '../support/raw/http';
import { type Served, serveMap } from '../support/served';
import { ask, formOf, type Seen } from './ask';
import type { World } from './world';

export type Provoke = (protocol: ProtocolName, world: World) => Promise<string>;
export interface Other {
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
  served: Served,
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

const tooLarge: (text: () => string, gzip: boolean) => Provoke =
  (text, gzip) =>
  async (protocol, { served }) => {
    const seen = await send(served, protocol, text(), gzip);
    expect(seen.code).toBe('RESOURCE_EXHAUSTED');
    if (protocol === 'grpc') expect(seen.status).toBe(8);
    else
      expect({ status: seen.status, reason: seen.reason }).toEqual({ status: 413, reason: 'BODY_TOO_LARGE' });
    return formOf(protocol, seen);
  };

/** A message that is said to be longer than what comes of it. */
const unended = async (address: string): Promise<Seen> => {
  const cut = frame(Buffer.alloc(100)).subarray(0, 20);
  const answer = await sendGrpc(address, '/skills.v1.SkillsService/GetSkill', cut, {}, { unended: true });
  return { ...readGrpc(answer), headers: answer.trailers, details: detailsOf(answer) };
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

export const OTHERS: Readonly<Record<string, Other>> = {
  'a body or message over 1 MiB': {
    note: 'gRPC: answered by its library, which sends a status and no details.',
    provoke: tooLarge(() => 'x'.repeat(MIB + 1), false),
  },
  'a gzip bomb': {
    note: '20 MiB in 20 KiB: unpacked no further than the limit.',
    provoke: tooLarge(() => 'x'.repeat(20 * MIB), true),
  },
  'headers over 16 KiB': {
    note: 'In the form of the protocol, though no request was read; gRPC: up to 64 KiB, above which its HTTP/2 library ends the stream.',
    provoke: async (protocol, { served }) => {
      const headers = { 'x-long': 'x'.repeat(LIMITS.headerBytesMax) };
      if (protocol !== 'grpc') {
        const seen = await send(served, protocol, 'x', false, headers);
        expect({ status: seen.status, code: seen.code, reason: seen.reason }).toEqual({
          status: 431,
          code: 'RESOURCE_EXHAUSTED',
          reason: 'HEADERS_TOO_LARGE',
        });
        return formOf(protocol, seen);
      }
      const seen = await ask(served, 'grpc', 'read', { headers });
      expect({ status: seen.status, reason: seen.reason }).toEqual({
        status: 8,
        reason: 'HEADERS_TOO_LARGE',
      });
      return formOf(protocol, seen);
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
    note: 'Thirty seconds by default, for the whole request; here a third of one.',
    provoke: (protocol) =>
      withServers(protocol, { limits: { headersMsMax: 200, requestMsMax: 300 } }, async ({ address }) => {
        if (protocol === 'grpc') {
          const seen = await unended(address.grpc);
          expect({ status: seen.status, reason: seen.reason }).toEqual({
            status: 4,
            reason: 'REQUEST_TIMEOUT',
          });
          return formOf(protocol, seen);
        }
        const { path: where, method, headers } = bodyOf(protocol, '');
        const head = `${method} ${where} HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers?.['content-type']}\r\nContent-Length: 99\r\n\r\n{`;
        const heard = await converse(address[protocol], head, 5000);
        expect(statusLine(heard)).toBe('HTTP/1.1 408 Request Timeout');
        expect(heard).toContain('REQUEST_TIMEOUT');
        return '408, `REQUEST_TIMEOUT`';
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
    provoke: async (protocol, { served }) => {
      const { headers, code } = await ask(served, protocol, 'read', { headers: { 'x-request-id': 'r-1' } });
      expect({ code, id: headers['x-request-id'] }).toEqual({ code: 'OK', id: 'r-1' });
      return `\`x-request-id\` in the ${protocol === 'grpc' ? 'initial metadata' : 'headers'}`;
    },
  },
  'security headers': {
    note: "helmet's, as far as they mean something for an API (decision 12); no banner of a product or version.",
    provoke: async (protocol, { served }) => {
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
    provoke: async (protocol, { served }) => {
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
    provoke: async (protocol, { served }) => {
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
