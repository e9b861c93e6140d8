/** gRPC connections and streams: TLS, limits, timeouts and graceful shutdown. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate } from 'selfsigned';
import { PROTOCOLS } from '../../../src/app/servers';
import type { ConnectionLimits } from '../../../src/contract/limits';
import type { RunningServer, ServerTls } from '../../../src/contract/protocol';
import { apiThat } from '../../support/plain-api';
import { frame, proto, sendGrpc } from '../../support/raw/grpc';

const SKILL = {
  id: 'git',
  name: 'Git',
  summary: '',
  categoryIds: ['tools'],
  tags: [],
  requires: [],
  related: [],
  aliases: [],
  demonstrations: [],
  createTime: '2026-01-01T00:00:00.000Z',
  updateTime: '2026-01-01T00:00:00.000Z',
  etag: 'e',
};
const GET = frame(proto('GetSkillRequest').serialize({ id: 'git' }));
const PATH = '/skills.v1.SkillsService/GetSkill';
const HEADERS = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };

let responses = Promise.resolve();
let running: RunningServer[] = [];
let callsBegun = 0;
const api = apiThat(async (operation) => {
  callsBegun += 1;
  await responses;
  // A page of two megabytes, which is more than the buffers between server and client hold.
  const big = { ...SKILL, summary: 's'.repeat(2 ** 21) };
  return (operation === 'listSkills' ? { items: [big], totalSize: 1 } : SKILL) as never;
});

const serve = async (limits: Partial<ConnectionLimits> = {}, tls?: ServerTls): Promise<RunningServer> => {
  const graph = () => {
    throw new Error('gRPC does not use the graph.');
  };
  const server = await PROTOCOLS.grpc.serve(api, {
    host: '127.0.0.1',
    port: 0,
    graph,
    limits,
    ...(tls && { tls }),
  });
  running.push(server);
  return server;
};
const callInFlight = async (): Promise<void> => {
  while (callsBegun === 0) await pause(5);
};
afterEach(async () => {
  responses = Promise.resolve();
  callsBegun = 0;
  await Promise.all(running.map((server) => server.stop()));
  running = [];
});

const holdResponses = (): (() => void) => {
  let release = () => {};
  responses = new Promise((resolve) => {
    release = resolve;
  });
  return release;
};
const portOf = ({ address }: RunningServer): number => Number(address.split(':')[1]);
const tcp = async (server: RunningServer): Promise<Socket> => {
  const socket = connectTcp(portOf(server), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket.resume();
};
const closed = (one: Socket | ClientHttp2Session): Promise<void> =>
  new Promise((resolve) => {
    if (one.destroyed) resolve();
    else one.once('close', resolve);
  });
const session = ({ address }: RunningServer): ClientHttp2Session =>
  connectHttp2(`http://${address}`).on('error', () => {});
const getSkill = async (server: RunningServer): Promise<unknown> =>
  (await sendGrpc(server.address, PATH, GET)).status;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('TLS:', () => {
  let tls: ServerTls;
  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    tls = { cert: made.cert, key: made.private };
  });

  test('a client that trusts the certificate gets a response', async () => {
    const { address } = await serve({}, tls);
    const trusting = PROTOCOLS.grpc.connect(address, { tls: { ca: tls.cert } });
    await expect(trusting.getSkill({ id: 'git' })).resolves.toStrictEqual(SKILL);
    await trusting.close();
  });

  test.each([
    ['does not trust it', { tls: {} }],
    ['does not encrypt', {}],
  ])('a client that %s reports CONNECTION_FAILED', async (_what, options) => {
    const { address } = await serve({}, tls);
    const client = PROTOCOLS.grpc.connect(address, options);
    await expect(client.getSkill({ id: 'git' }, { timeoutMs: 3000 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'CONNECTION_FAILED',
    });
    await client.close();
  });

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const],
    ['HTTP/1.1', { ALPNProtocols: ['http/1.1'] }],
  ])('a client that offers only %s fails in the handshake', async (_what, offer) => {
    const server = await serve({}, tls);
    const socket = connectTls({ port: portOf(server), host: '127.0.0.1', ca: tls.cert, ...offer });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/alert/);
  });

  test('a connection without a handshake is closed', async () => {
    const server = await serve({ headersMsMax: 100 }, tls);
    await closed(await tcp(server));
  });

  test('an unfinished handshake does not delay a stop', async () => {
    const server = await serve({}, tls);
    const socket = await tcp(server);
    await server.stop({ graceMs: 50 });
    await closed(socket);
  });
});

/** Long enough to rule out that another limit than the tested one closes the connection. */
const NEVER = 10 * 60 * 1000;

describe('limits:', () => {
  test('a connection over the limit is closed, and a closed one frees its place', async () => {
    const server = await serve({ connectionsMax: 2, headersMsMax: NEVER });
    const [first] = [await tcp(server), await tcp(server)];
    await closed(await tcp(server));
    first.destroy();
    await pause(50);
    expect(await getSkill(server)).toBe(0);
  });

  test('a half-closed connection is closed although the client keeps it open', async () => {
    const server = await serve({ connectionsMax: 1, http2IdleMsMax: 100, idleMsMax: 100 });
    const halfOpen = connectTcp({ port: portOf(server), host: '127.0.0.1', allowHalfOpen: true });
    // The preface of HTTP/2 and empty settings (RFC 9113, section 3.4).
    halfOpen.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    await once(halfOpen.resume(), 'end');
    await pause(300);
    expect(await getSkill(server)).toBe(0);
    halfOpen.destroy();
  });

  test.each([
    ['sends nothing', ''],
    ['sends half of the HTTP/2 preface', 'PRI * HTTP/2.0\r\n'],
    ['sends HTTP/1.1', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('a connection that %s is closed', async (_what, text) => {
    const server = await serve({ headersMsMax: 100, idleMsMax: NEVER });
    const socket = await tcp(server);
    socket.write(text);
    await closed(socket);
    expect(await getSkill(server)).toBe(0);
  });

  test('an idle HTTP/2 connection is closed after http2IdleMsMax', async () => {
    const server = await serve({ headersMsMax: 50, http2IdleMsMax: 300 });
    const quiet = session(server);
    await once(quiet, 'connect');
    const since = Date.now();
    await closed(quiet);
    expect(Date.now() - since).toBeGreaterThan(200);
  });

  test('an incomplete message gets an error after requestMsMax', async () => {
    const server = await serve({ requestMsMax: 100 });
    const slow = session(server);
    const stream = slow.request({ ...HEADERS, ':path': PATH });
    stream.write(GET.subarray(0, 6));
    const [headers] = await once(stream, 'response');
    expect(headers).toMatchObject({
      'grpc-status': '4',
      'grpc-message': expect.stringContaining('too%20long'),
    });
    slow.destroy();
  });

  test('a message that arrives byte by byte gets an error after requestMsMax', async () => {
    const server = await serve({ requestMsMax: 200 });
    const slow = session(server);
    const stream = slow.request({ ...HEADERS, ':path': PATH });
    stream.on('error', () => {}).write(frame(Buffer.alloc(100)).subarray(0, 6));
    const bytes = setInterval(() => stream.write('\0'), 20);
    const [headers] = await once(stream, 'response');
    clearInterval(bytes);
    expect(headers['grpc-status']).toBe('4');
    slow.destroy();
  });

  test('a response that the client does not read is reset, although other calls continue', async () => {
    const server = await serve({ stalledMsMax: 300 });
    const slow = session(server);
    const stream = slow.request({ ...HEADERS, ':path': '/skills.v1.SkillsService/ListSkills' });
    stream.on('error', () => {}).end(frame(Buffer.alloc(0)));
    const calls = setInterval(
      () =>
        slow
          .request({ ...HEADERS, ':path': PATH })
          .resume()
          .end(GET),
      50,
    );
    await once(stream, 'response');
    await once(stream, 'close');
    clearInterval(calls);
    expect(stream.rstCode).toBe(8);
    expect(await getSkill(server)).toBe(0);
    slow.destroy();
  });

  test('the settings of the server limit a client to 100 concurrent streams', async () => {
    const server = await serve();
    const many = session(server);
    await once(many, 'remoteSettings');
    expect(many.remoteSettings.maxConcurrentStreams).toBe(100);
    many.destroy();
  });

  test('a client that resets its streams at once loses its connection (CVE-2023-44487)', async () => {
    const server = await serve();
    const rapid = session(server);
    const ended = closed(rapid);
    for (let round = 0; round < 100 && !rapid.destroyed; round++) {
      for (let index = 0; index < 50 && !rapid.destroyed; index++) {
        rapid
          .request({ ...HEADERS, ':path': PATH })
          .on('error', () => {})
          .close(8);
      }
      await pause(1);
    }
    await ended;
    expect(await getSkill(server)).toBe(0);
  });
});

describe('a graceful stop', () => {
  const call = (on: ClientHttp2Session) => {
    const stream = on.request({ ...HEADERS, ':path': PATH });
    const status = once(stream, 'trailers').then(([trailers]) => trailers['grpc-status']);
    stream
      .resume()
      .on('error', () => {})
      .end(GET);
    return status;
  };

  test('finishes a call in flight and accepts no new connection', async () => {
    const release = holdResponses();
    const server = await serve();
    const open = session(server);
    const goaway = once(open, 'goaway');
    const status = call(open);
    await callInFlight();
    const stopped = server.stop({ graceMs: 5000 });
    await goaway;
    const late = connectTcp(portOf(server), '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
    release();
    expect(await status).toBe('0');
    const since = Date.now();
    await stopped;
    expect(Date.now() - since).toBeLessThan(1000);
  });

  test('cancels unfinished calls after graceMs and frees the port', async () => {
    holdResponses();
    const server = await serve();
    const open = session(server);
    const stream = open.request({ ...HEADERS, ':path': PATH });
    stream.on('error', () => {}).end(GET);
    await callInFlight();
    const since = Date.now();
    await server.stop({ graceMs: 200 });
    expect(Date.now() - since).toBeGreaterThan(150);
    const again = await PROTOCOLS.grpc.serve(api, {
      host: '127.0.0.1',
      port: portOf(server),
      graph: () => {
        throw new Error();
      },
    });
    await again.stop();
    await closed(open);
  });

  test('without graceMs cancels calls at once', async () => {
    holdResponses();
    const server = await serve();
    const client = PROTOCOLS.grpc.connect(server.address);
    const lost = expect(client.getSkill({ id: 'git' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await callInFlight();
    await server.stop();
    await lost;
    await client.close();
  });

  test('reports NOT_SERVING to health watchers and does not wait for them', async () => {
    const server = await serve({ stalledMsMax: 50 });
    const watching = session(server);
    const stream = watching.request({ ...HEADERS, ':path': '/grpc.health.v1.Health/Watch' });
    const received: Buffer[] = [];
    stream.on('data', (chunk) => received.push(chunk)).end(frame(Buffer.alloc(0)));
    await once(stream, 'response');
    await pause(200);
    const since = Date.now();
    await server.stop({ graceMs: 5000 });
    expect(Date.now() - since).toBeLessThan(1000);
    // HealthCheckResponse { status: SERVING }, then NOT_SERVING.
    const answer = (status: number) => [...frame(Buffer.from([0x08, status]))];
    expect([...Buffer.concat(received)]).toStrictEqual([...answer(1), ...answer(2)]);
  });

  test('loses no call under load: each call is answered or never begins', async () => {
    let begun = 0;
    let answered = 0;
    const counting = apiThat(async () => {
      begun++;
      await pause(2);
      return SKILL as never;
    });
    const graph = () => {
      throw new Error();
    };
    const server = await PROTOCOLS.grpc.serve(counting, { host: '127.0.0.1', port: 0, graph });
    const clients = Array.from({ length: 4 }, () => PROTOCOLS.grpc.connect(server.address));
    const callers = clients.flatMap((client) =>
      Array.from({ length: 10 }, async () => {
        for (;;) {
          try {
            await client.getSkill({ id: 'git' });
            answered++;
          } catch (error) {
            return error;
          }
        }
      }),
    );
    while (answered < 100) await pause(10);
    await server.stop({ graceMs: 5000 });
    for (const error of await Promise.all(callers)) expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(answered).toBe(begun);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('calls that stay open', () => {
  const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  // The request for all services: field 7, "*".
  const LIST = frame(Buffer.from([0x3a, 1, 0x2a]));

  test('a reflection stream stays open while its client sends nothing', async () => {
    const { address } = await serve({ requestMsMax: 100, stalledMsMax: 100 });
    const session = connectHttp2(`http://${address}`);
    const stream = session.request({ ...HEADERS, ':path': REFLECTION });
    for (let count = 0; count < 2; count += 1) {
      stream.write(LIST);
      const [answer] = await once(stream, 'data');
      expect(answer.toString('latin1')).toContain('skills.v1.SkillsService');
      await pause(400);
    }
    stream.end().resume();
    const [trailers] = await once(stream, 'trailers');
    expect(trailers['grpc-status']).toBe('0');
    session.close();
  });

  test.each(['/grpc.health.v1.Health/Watch', REFLECTION])(
    '%s ends with UNAVAILABLE when the server stops',
    async (path) => {
      const server = await serve();
      const session = connectHttp2(`http://${server.address}`).on('error', () => undefined);
      const stream = session.request({ ...HEADERS, ':path': path }).resume();
      if (path === REFLECTION) stream.write(LIST);
      else stream.end(frame(Buffer.alloc(0)));
      await once(stream, 'response');
      const ended = once(stream, 'trailers');
      await server.stop({ graceMs: 5000 });
      const [trailers] = await ended;
      expect(trailers['grpc-status']).toBe('14');
      expect(trailers['grpc-message']).toBe(encodeURI('The server is stopping; open the stream again.'));
    },
  );
});
