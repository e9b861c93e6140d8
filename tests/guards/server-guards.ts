/** Guards of the server: sizes, timeouts, connections, headers, idempotency and shutdown. Each returns the observed response. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { damageSkill } from '../support/damage';
import { detailsOf, frame, sendGrpc, watchHealth } from '../support/raw/grpc';
import { type RawRequest, type RawResponse, sendHttp } from '../support/raw/http';
import { decodeGraphql, decodeGrpc, decodeRest, decodeSoap, envelope } from '../support/raw/requests';
import { type Served, serveMap } from '../support/served';
import type { GuardServers } from './guard-servers';
import { formOf, type GuardResponse, sendRequest } from './requests';

export type Trigger = (protocol: ProtocolName, world: GuardServers) => Promise<string>;
export interface TriggeredGuard {
  readonly note: string;
  readonly trigger: Trigger;
}

const MIB = 1024 * 1024;
const bodyOf = (protocol: Exclude<ProtocolName, 'grpc'>, text: string): RawRequest & { path: string } => ({
  path: { rest: '/api/progress/git', graphql: '/graphql', soap: '/soap' }[protocol],
  method: protocol === 'rest' ? 'PUT' : 'POST',
  headers: { 'content-type': protocol === 'soap' ? 'text/xml' : 'application/json' },
  body: { rest: `{"status":"${text}"}`, graphql: `{"query":"${text}"}`, soap: envelope(text) }[protocol],
});

const DECODE = { rest: decodeRest, graphql: decodeGraphql, soap: decodeSoap };
const decodeResponse = (protocol: Exclude<ProtocolName, 'grpc'>, answer: RawResponse): GuardResponse => ({
  ...DECODE[protocol](answer),
  headers: answer.headers,
  details: {},
});

const send = async (
  served: Served,
  protocol: ProtocolName,
  text: string,
  gzip = false,
  headers: Record<string, string> = {},
): Promise<GuardResponse> => {
  if (protocol === 'grpc') {
    const bytes = Buffer.from(text);
    const message = gzip ? frame(gzipSync(bytes), true) : frame(bytes);
    const encoding = gzip ? { 'grpc-encoding': 'gzip' } : undefined;
    const answer = await sendGrpc(served.address.grpc, '/skills.v1.SkillsService/GetSkill', message, {
      ...encoding,
      ...headers,
    });
    return { ...decodeGrpc(answer), headers: answer.trailers, details: detailsOf(answer) };
  }
  const { path: where, ...request } = bodyOf(protocol, text);
  const body = gzip ? gzipSync(request.body as string) : request.body;
  const all = { ...request.headers, ...(gzip && { 'content-encoding': 'gzip' }), ...headers };
  return decodeResponse(
    protocol,
    await sendHttp(served.address[protocol], where, { ...request, headers: all, body }),
  );
};

const tooLarge: (text: () => string, gzip: boolean) => Trigger =
  (text, gzip) =>
  async (protocol, { served }) => {
    const response = await send(served, protocol, text(), gzip);
    expect(response.code).toBe('RESOURCE_EXHAUSTED');
    if (protocol === 'grpc') expect(response.status).toBe(8);
    else
      expect({ status: response.status, reason: response.reason }).toEqual({
        status: 413,
        reason: 'BODY_TOO_LARGE',
      });
    return formOf(protocol, response);
  };

/** Sends a part of a message and leaves the stream open. */
const sendIncomplete = async (address: string): Promise<GuardResponse> => {
  const cut = frame(Buffer.alloc(100)).subarray(0, 20);
  const answer = await sendGrpc(address, '/skills.v1.SkillsService/GetSkill', cut, {}, { leaveOpen: true });
  return { ...decodeGrpc(answer), headers: answer.trailers, details: detailsOf(answer) };
};

/** Writes bytes on a new connection and resolves to everything received until the server closes it. */
const exchangeBytes = (origin: string, bytes: string, patienceMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin.includes('://') ? origin : `http://${origin}`);
    let received = '';
    const socket = createConnection(Number(port), hostname, () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(new Error('still open')), patienceMs);
    socket
      .on('data', (chunk) => {
        received += chunk.toString('latin1');
      })
      .on('error', (error) => {
        if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') resolve(received);
        else reject(error);
      })
      .on('close', () => {
        clearTimeout(timer);
        resolve(received);
      });
  });

const statusLine = (received: string): string => received.split('\r\n')[0] ?? '';

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

export const SERVER_GUARDS: Readonly<Record<string, TriggeredGuard>> = {
  'a body or message over 1 MiB': {
    note: 'In gRPC, the library rejects the message, with a status without details.',
    trigger: tooLarge(() => 'x'.repeat(MIB + 1), false),
  },
  'a gzip bomb': {
    note: 'A body of 20 KiB that decompresses to 20 MiB. The server stops decompressing at the limit.',
    trigger: tooLarge(() => 'x'.repeat(20 * MIB), true),
  },
  'headers over 16 KiB': {
    note: 'The error has the form of the protocol, although the server has not read the request. In gRPC, this is true for headers up to 64 KiB; above that, the HTTP/2 library ends the stream.',
    trigger: async (protocol, { served }) => {
      const headers = { 'x-long': 'x'.repeat(LIMITS.headerBytesMax) };
      if (protocol !== 'grpc') {
        const response = await send(served, protocol, 'x', false, headers);
        expect({ status: response.status, code: response.code, reason: response.reason }).toEqual({
          status: 431,
          code: 'RESOURCE_EXHAUSTED',
          reason: 'HEADERS_TOO_LARGE',
        });
        return formOf(protocol, response);
      }
      const response = await sendRequest(served, 'grpc', 'read', { headers });
      expect({ status: response.status, reason: response.reason }).toEqual({
        status: 8,
        reason: 'HEADERS_TOO_LARGE',
      });
      return formOf(protocol, response);
    },
  },
  'incomplete headers': {
    note: '10 s by default; 0.2 s in this test.',
    trigger: (protocol) =>
      withServers(
        protocol,
        { limits: { headersMsMax: 200, stalledMsMax: 2000, http2IdleMsMax: 300 } },
        async ({ address }) => {
          const received = await exchangeBytes(
            address[protocol],
            protocol === 'grpc' ? 'PRI * HT' : 'POST /x HTTP/1.1\r\nHost:',
            5000,
          );
          if (protocol === 'grpc') return 'the connection is closed';
          expect(statusLine(received)).toBe('HTTP/1.1 408 Request Timeout');
          expect(received).toContain('REQUEST_TIMEOUT');
          return '408, `REQUEST_TIMEOUT`';
        },
      ),
  },
  'an incomplete body': {
    note: '30 s by default for the whole request; 0.3 s in this test.',
    trigger: (protocol) =>
      withServers(protocol, { limits: { headersMsMax: 200, requestMsMax: 300 } }, async ({ address }) => {
        if (protocol === 'grpc') {
          const response = await sendIncomplete(address.grpc);
          expect({ status: response.status, reason: response.reason }).toEqual({
            status: 4,
            reason: 'REQUEST_TIMEOUT',
          });
          return formOf(protocol, response);
        }
        const { path: where, method, headers } = bodyOf(protocol, '');
        const head = `${method} ${where} HTTP/1.1\r\nHost: x\r\nContent-Type: ${headers?.['content-type']}\r\nContent-Length: 99\r\n\r\n{`;
        const received = await exchangeBytes(address[protocol], head, 5000);
        expect(statusLine(received)).toBe('HTTP/1.1 408 Request Timeout');
        expect(received).toContain('REQUEST_TIMEOUT');
        return '408, `REQUEST_TIMEOUT`';
      }),
  },
  'more connections than the limit': {
    note: '5,000 per protocol by default; 1 in this test.',
    trigger: (protocol) =>
      withServers(protocol, { limits: { connectionsMax: 1 } }, async ({ address }) => {
        const { hostname, port } = new URL(`http://${address[protocol].replace('http://', '')}`);
        const first = createConnection(Number(port), hostname);
        await new Promise((resolve) => first.once('connect', resolve));
        await sleep(20);
        expect(await exchangeBytes(address[protocol], '', 3000)).toBe('');
        first.destroy();
        return 'the connection is closed';
      }),
  },
  'more connections of one address than its share': {
    note: '500 on each port by default (`CONNECTIONS_PER_ADDRESS`); 1 in this test. Trusted proxies have no share.',
    trigger: (protocol) =>
      withServers(protocol, { limits: { addressConnectionsMax: 1 } }, async (running) => {
        const { hostname, port } = new URL(`http://${running.address[protocol].replace('http://', '')}`);
        const idle = createConnection(Number(port), hostname)
          .on('error', () => undefined)
          .resume();
        const ended = once(idle, 'close');
        await once(idle, 'connect');
        expect((await sendRequest(running, protocol, 'read')).code).toBe('OK');
        await ended;
        return 'the oldest connection without a call is closed';
      }),
  },
  'an overloaded server': {
    note: 'The server is overloaded while the delay of the event loop stays above 0.5 s; this test sets a limit below 0. Health and metrics still respond.',
    trigger: (protocol) =>
      withServers(protocol, { limits: { loopDelayMsMax: -1000 } }, async (running) => {
        let response = await sendRequest(running, protocol, 'read');
        while (response.code === 'OK') {
          await sleep(100);
          response = await sendRequest(running, protocol, 'read');
        }
        expect({ code: response.code, reason: response.reason }).toEqual({
          code: 'UNAVAILABLE',
          reason: 'OVERLOADED',
        });
        return formOf(protocol, response);
      }),
  },
  'a request id': {
    note: 'The server returns the id that the client sent, so that the logs of client and server can be matched.',
    trigger: async (protocol, { served }) => {
      const { headers, code } = await sendRequest(served, protocol, 'read', {
        headers: { 'x-request-id': 'r-1' },
      });
      expect({ code, id: headers['x-request-id'] }).toEqual({ code: 'OK', id: 'r-1' });
      return `\`x-request-id\` in the ${protocol === 'grpc' ? 'initial metadata' : 'headers'}`;
    },
  },
  'security headers': {
    note: 'The headers of helmet that matter for an API (decision 12). No header discloses a product or a version.',
    trigger: async (protocol, { served }) => {
      const { headers } = await sendRequest(served, protocol, 'read');
      expect(headers['x-powered-by'] ?? headers.server).toBeUndefined();
      if (protocol === 'grpc') return 'not for browsers';
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
      return '`Content-Security-Policy`, `X-Content-Type-Options`';
    },
  },
  'a request from another origin (CORS)': {
    note: 'Browsers reject the response unless `CORS_ORIGINS` names the origin.',
    trigger: async (protocol, { served }) => {
      const headers = { origin: 'https://elsewhere.example' };
      const closed = await sendRequest(served, protocol, 'read', { headers });
      expect(closed.headers['access-control-allow-origin']).toBeUndefined();
      if (protocol === 'grpc') return 'not for browsers';
      return withServers(protocol, { corsOrigins: [headers.origin] }, async (open) => {
        const answer = await sendRequest(open, protocol, 'read', { headers });
        expect(answer.headers['access-control-allow-origin']).toBe(headers.origin);
        return 'no `Access-Control-Allow-Origin`';
      });
    },
  },
  'a repeated idempotency key': {
    note: 'The cells show where each protocol has the key. The test repeats the write through all protocols. It has one effect: the etag does not change again.',
    trigger: async (protocol, { served }) => {
      const how = { token: served.token, key: `again-${protocol}`, name: `Git by ${protocol}` };
      const etagOf = async () => (await served.service.api.getSkill({ id: 'git' })).etag;
      const before = await etagOf();
      expect((await sendRequest(served, protocol, 'write', how)).code).toBe('OK');
      const after = await etagOf();
      expect(after).not.toBe(before);
      for (const other of PROTOCOL_NAMES)
        expect((await sendRequest(served, other, 'write', how)).code).toBe('OK');
      expect(await etagOf()).toBe(after);
      await sendRequest(served, protocol, 'write', { token: served.token });
      return {
        rest: '`Idempotency-Key` header',
        graphql: '`idempotencyKey` argument',
        grpc: '`request_id` field (AIP-155)',
        soap: '`IdempotencyKey` header block',
      }[protocol];
    },
  },
  'a store that fails': {
    note: 'The cause is a full disk, a read-only folder or a damaged row. Reads of the catalogue still succeed. `GET /readyz` responds with 503, and the health service of gRPC with `NOT_SERVING`. The log names the folder and the cause.',
    trigger: async (protocol) => {
      const failing = await serveMap([protocol]);
      damageSkill(failing.dataFolder, 'git');
      const response = await sendRequest(failing, protocol, 'write', { token: failing.token });
      expect(response).toMatchObject({ code: 'UNAVAILABLE', reason: 'STORE_UNAVAILABLE' });
      expect((await sendRequest(failing, protocol, 'read')).code).toBe('OK');
      await failing.stop();
      return formOf(protocol, response);
    },
  },
  'a server that is stopping': {
    note: 'The server reports that it is not ready, finishes the calls in flight, and then closes.',
    trigger: (protocol) =>
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
        const received = new Promise<string>((resolve) =>
          socket.on('data', (chunk) => resolve(chunk.toString())),
        );
        socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
        await sleep(50);
        const stopped = running.servers.get(protocol)?.stop({ graceMs: 2000 });
        socket.write('\r\n');
        expect(statusLine(await received)).toBe('HTTP/1.1 503 Service Unavailable');
        socket.destroy();
        await stopped;
        return '`GET /readyz`: 503';
      }),
  },
};
