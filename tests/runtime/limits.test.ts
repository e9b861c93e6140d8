/** Limits of a whole server: the share of an address, floods of frames, unsent bytes and an overloaded event loop. */
import { once } from 'node:events';
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../src/contract/limits';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { serveHttp2 } from '../../src/runtime/http2-connections';
import { listen } from '../../src/runtime/listen';
import { FLAG, grpcHeaders, h2Frame, int32, PREFACE, setting, TYPE } from '../../tools/attacks/http2-frames';
import { detailsOf, frame, sendGrpc } from '../support/raw/grpc';
import { sendHttp } from '../support/raw/http';
import { type Served, serveMap } from '../support/served';

const open = async (address: string): Promise<Socket> => {
  const { hostname, port } = new URL(`http://${address.replace(/^\w+:\/\//, '')}`);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};
const closed = (socket: Socket): Promise<unknown> =>
  socket.destroyed ? Promise.resolve() : once(socket.resume(), 'close');

const PATH = '/skills.v1.SkillsService/GetSkill';

describe('the share of an address:', () => {
  test.each(PROTOCOL_NAMES)(
    '%s gives a new connection the place of the oldest idle one',
    async (protocol) => {
      const served = await serveMap([protocol], {}, { limits: { addressConnectionsMax: 2 } });
      const sockets = [await open(served.address[protocol]), await open(served.address[protocol])];
      const answer =
        protocol === 'grpc'
          ? (await sendGrpc(served.address.grpc, '/grpc.health.v1.Health/Check', frame(Buffer.alloc(0))))
              .status
          : (await sendHttp(served.address[protocol], '/readyz')).status;
      expect(answer).toBe(protocol === 'grpc' ? 0 : 200);
      await closed(sockets[0]!);
      for (const socket of sockets) socket.destroy();
      await served.stop();
    },
  );

  test('a connection with a call in flight keeps its place', async () => {
    let respond: (() => void) | undefined;
    const server = await listen(
      (_request, response) => {
        respond = () => response.end('done');
      },
      { host: '127.0.0.1', port: 0, limits: { addressConnectionsMax: 1 } },
    );
    const busy = sendHttp(server.address, '/');
    while (!respond) await sleep(5);
    await closed(await open(server.address));
    respond();
    expect((await busy).text).toBe('done');
    await server.stop();
  });
});

describe('a connection is closed for a flood of', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveMap(['grpc']);
  });
  afterAll(() => served.stop());

  const hello = Buffer.concat([PREFACE, h2Frame(TYPE.settings, FLAG.none, 0)]);
  const begun = h2Frame(TYPE.headers, FLAG.endHeaders, 1, grpcHeaders('GetSkill'));
  const resets = (index: number) =>
    Buffer.concat([
      h2Frame(TYPE.headers, FLAG.endHeaders, 2 * index + 1, grpcHeaders('GetSkill')),
      h2Frame(TYPE.reset, FLAG.none, 2 * index + 1, int32(8)),
    ]);
  test.each<[string, Buffer, (index: number) => Buffer]>([
    ['PING', hello, () => h2Frame(TYPE.ping, FLAG.none, 0, Buffer.alloc(8))],
    ['SETTINGS', hello, () => h2Frame(TYPE.settings, FLAG.none, 0, setting(4, 65_535))],
    ['PRIORITY', hello, (index) => h2Frame(TYPE.priority, FLAG.none, 2 * index + 1, Buffer.alloc(5))],
    ['WINDOW_UPDATE', hello, () => h2Frame(TYPE.windowUpdate, FLAG.none, 0, int32(1))],
    ['unknown frames', hello, () => h2Frame(0xee, 0xff, 0, Buffer.alloc(100))],
    ['empty DATA', Buffer.concat([hello, begun]), () => h2Frame(TYPE.data, FLAG.none, 1)],
    // A message of 1 MiB, in frames of one byte.
    [
      'tiny DATA',
      Buffer.concat([hello, begun, h2Frame(TYPE.data, FLAG.none, 1, Buffer.from([0, 0, 15, 0, 0]))]),
      () => h2Frame(TYPE.data, FLAG.none, 1, Buffer.from('x')),
    ],
    ['resets', hello, resets],
  ])('%s', async (_what, first, make) => {
    const socket = await open(served.address.grpc);
    socket.resume().write(first);
    for (let index = 0; !socket.destroyed; ) {
      const frames = Array.from({ length: 100 }, () => make(index++));
      socket.write(Buffer.concat(frames));
      await sleep(5);
    }
  });

  test('and not for many calls and a large message', async () => {
    const large = frame(Buffer.alloc(900_000));
    const answers = await Promise.all([
      ...Array.from({ length: 50 }, () => sendGrpc(served.address.grpc, PATH, frame(Buffer.alloc(0)))),
      sendGrpc(served.address.grpc, PATH, large),
    ]);
    for (const { status } of answers) expect(status).toBe(3);
  });
});

test('responses that clients do not read are bounded: the oldest connection of the address is closed', async () => {
  const body = Buffer.alloc(LIMITS.addressUnsentBytesMax / 2);
  const server = await listen((_request, response) => response.end(body), { host: '127.0.0.1', port: 0 });
  const readers: Socket[] = [];
  for (let count = 0; count < 6; count++) {
    const socket = (await open(server.address)).pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable').catch(() => undefined);
    readers.push(socket);
  }
  const received = await Promise.all(
    readers.map(async (socket) => {
      let bytes = 0;
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > body.length) socket.destroy();
      });
      await closed(socket);
      return bytes > body.length;
    }),
  );
  expect(received[0]).toBe(false);
  expect(received.at(-1)).toBe(true);
  await server.stop();
});

test('responses that HTTP/2 clients do not read are bounded: the oldest stream of the address is reset', async () => {
  const body = Buffer.alloc(LIMITS.addressUnsentBytesMax / 2);
  const http2 = createHttp2Server().on('stream', (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200 });
    setImmediate(() => stream.write(body));
  });
  const server = await serveHttp2(
    {
      http2,
      accept: (socket) => http2.emit('connection', socket),
      kindOf: () => 'call',
      isHealth: () => false,
      sendError: (stream) => stream.close(),
      onReadiness: () => undefined,
      onStop: () => undefined,
    },
    { host: '127.0.0.1', port: 0, graph: () => undefined as never },
  );
  // One connection per stream, because the further calls of a connection wait until its client has read.
  const sessions = Array.from({ length: 4 }, () =>
    connectHttp2(`http://${server.address}`, { settings: { initialWindowSize: 0 } }),
  );
  const streams: ClientHttp2Stream[] = [];
  let firstClosed: Promise<unknown> | undefined;
  for (const session of sessions) {
    const stream = session
      .request({ ':path': '/' })
      .on('error', () => undefined)
      .resume();
    if (streams.push(stream) === 1) firstClosed = new Promise((resolve) => stream.once('close', resolve));
    await once(stream, 'response');
  }
  await firstClosed;
  expect(streams[0]?.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  expect(streams.at(-1)?.closed).toBe(false);
  for (const session of sessions) session.destroy();
  await server.stop();
});

test('an overloaded server rejects calls in the form of each protocol, and reports its health', async () => {
  // Every delay is above this limit.
  const served = await serveMap(PROTOCOL_NAMES, {}, { limits: { loopDelayMsMax: -1000 } });
  const get = (protocol: ProtocolName, path: string) => sendHttp(served.address[protocol], path);
  const call = () => sendGrpc(served.address.grpc, PATH, frame(Buffer.alloc(0)));
  while ((await get('rest', '/api/skills/git')).status !== 503) await sleep(100);
  const forms = await Promise.all([
    get('rest', '/api/skills/git'),
    get('graphql', '/schema.graphql'),
    get('soap', '/soap?wsdl'),
  ]);
  expect(forms.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
    [503, '1'],
    [503, '1'],
    [500, '1'],
  ]);
  for (const { text } of forms) expect(text).toContain('OVERLOADED');
  const answer = await call();
  expect([answer.status, detailsOf(answer).ErrorInfo.reason]).toEqual([14, 'OVERLOADED']);
  for (const protocol of ['rest', 'graphql', 'soap'] as const)
    expect((await get(protocol, '/livez')).status).toBe(200);
  const health = await sendGrpc(served.address.grpc, '/grpc.health.v1.Health/Check', frame(Buffer.alloc(0)));
  expect(health.status).toBe(0);
  await served.stop();
});
