/** Byte counts against exchanges counted by hand, and against the counters of real sockets. */
import { createServer as createHttp1, request } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ProtocolName } from '../../src/contract/protocol';
import { countBytes, type Direction } from '../../src/wire/byte-counts';
import { startRelay } from '../../src/wire/relay';

const crlf = (...lines: string[]): string => lines.join('\r\n');
const REQUEST = crlf('POST /graphql HTTP/1.1', 'Content-Length: 7', '', ''); // 45
const GET = crlf('GET /api/skills/git HTTP/1.1', 'host: a', '', ''); // 41
const CHUNKED = crlf('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', ''); // 47
const CHUNKS = crlf('5', 'hello', 'b;name=value', ', all of us', '0', ''); // 3 + 7 + 14 + 13 + 3
const TRAILERS = crlf('Server-Timing: db;dur=3', 'X-End: 1', ''); // 25 + 10

/** A frame by RFC 9113, section 4.1, independent of the tested code. */
const frame = (type: number, flags: number, stream: number, payload: Buffer | number): Buffer => {
  const bytes = typeof payload === 'number' ? Buffer.alloc(payload) : payload;
  const head = Buffer.from([0, 0, 0, type, flags, 0, 0, 0, stream]);
  head.writeUIntBE(bytes.length, 0, 3);
  return Buffer.concat([head, bytes]);
};

const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION] = [
  0, 1, 3, 4, 6, 7, 8, 9,
];
const [END_STREAM, END_HEADERS, PADDED, PRIORITY] = [1, 4, 8, 32];
const OPENS = END_HEADERS;
const message = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, bytes]), Buffer.alloc(bytes)]);

/** Frames split the message of the first stream within its prefix and within its body. */
const HTTP2_UP = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), // 24 framing
  frame(SETTINGS, 0, 0, 12), // 21 framing
  frame(HEADERS, OPENS | PADDED | PRIORITY, 1, Buffer.concat([Buffer.from([3]), Buffer.alloc(5 + 20 + 3)])), // 18 + 20 headers
  frame(DATA, 0, 1, message(60).subarray(0, 2)), // 9 + 2 framing
  frame(WINDOW_UPDATE, 0, 0, 4), // 13 framing
  frame(HEADERS, 0, 3, 30), // 9 framing, 30 headers
  frame(CONTINUATION, END_HEADERS, 3, 11), // 9 framing, 11 headers
  frame(DATA, 0, 1, message(60).subarray(2, 40)), // 9 + 3 framing, 35 body
  frame(DATA, END_STREAM, 3, message(0)), // 9 + 5 framing
  frame(DATA, END_STREAM, 1, message(60).subarray(40)), // 9 framing, 25 body
]);

const HTTP2_DOWN = Buffer.concat([
  frame(SETTINGS, 1, 0, 0), // 9 framing
  frame(HEADERS, END_HEADERS, 1, 8), // 103 Early Hints: 9 framing, 8 headers
  frame(HEADERS, END_HEADERS, 1, 50), // 9 framing, 50 headers
  frame(DATA, PADDED, 1, Buffer.concat([Buffer.from([7]), message(33), message(2), Buffer.alloc(7)])), // 9 + 8 + 10 framing, 35 body
  frame(PING, 0, 0, 8), // 17 framing
  frame(HEADERS, END_STREAM, 1, 15), // 9 framing, 15 trailers
  frame(CONTINUATION, END_HEADERS, 1, 4), // 9 framing, 4 trailers
  frame(HEADERS, END_HEADERS | END_STREAM, 3, 70), // Trailers-Only: 9 framing, 70 headers
  frame(RST_STREAM, 0, 3, 4), // 13 framing
  frame(GOAWAY, 0, 0, 8), // 17 framing
]);

type Counts = [headers: number, framing: number, body: number, trailers: number, messages: number];
const EXCHANGES: [string, string | Buffer, Direction, ProtocolName, Counts][] = [
  ['HTTP/1.1 requests with and without a body', `${REQUEST}{"a":1}${GET}`, 'up', 'graphql', [86, 0, 7, 0, 2]],
  ['chunks without trailers', `${CHUNKED}${CHUNKS}\r\n`, 'down', 'rest', [47, 26, 16, 0, 1]],
  [
    'chunks with trailers, and a response after them',
    `${CHUNKED}${CHUNKS}${TRAILERS}\r\n${CHUNKED}0\r\n\r\n`,
    'down',
    'rest',
    [94, 31, 16, 35, 2],
  ],
  [
    'responses without a body, whatever their headers',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    'down',
    'rest',
    [25 + 49 + 27, 0, 0, 0, 3],
  ],
  [
    'a response that ends with its connection',
    'HTTP/1.1 200 OK\r\n\r\n<a/>\r\n\r\n',
    'down',
    'soap',
    [19, 0, 8, 0, 1],
  ],
  ['HTTP/2 upward', HTTP2_UP, 'up', 'grpc', [61, 24 + 21 + 18 + 11 + 13 + 9 + 9 + 12 + 14 + 9, 60, 0, 2]],
  [
    'HTTP/2 downward',
    HTTP2_DOWN,
    'down',
    'grpc',
    [128, 9 + 9 + 9 + 27 + 17 + 9 + 9 + 9 + 13 + 17, 35, 19, 2],
  ],
];

test.each(EXCHANGES)('%s: as counted by hand', (_name, bytes, direction, protocol, counts) => {
  const [headers, framing, body, trailers, messages] = counts;
  const total = headers + framing + body + trailers;
  expect(total).toBe(bytes.length);
  expect(countBytes(Buffer.from(bytes), direction, protocol)).toEqual({
    headers,
    framing,
    body,
    trailers,
    total,
    messages,
  });
});

test.each(EXCHANGES)('%s: at every cut, every byte is of one kind', (_name, bytes, direction, protocol) => {
  const all = Buffer.from(bytes);
  let before = countBytes(all.subarray(0, 0), direction, protocol);
  for (let cut = 1; cut <= all.length; cut += 1) {
    const { messages: _, total, ...kinds } = countBytes(all.subarray(0, cut), direction, protocol);
    expect(total).toBe(cut);
    expect(Object.values(kinds).reduce((sum, kind) => sum + kind)).toBe(cut);
    // One more byte adds one to one kind.
    const grown = (Object.keys(kinds) as (keyof typeof kinds)[]).filter(
      (kind) => kinds[kind] !== before[kind],
    );
    expect(grown).toHaveLength(1);
    before = { ...kinds, total, messages: 0 };
  }
});

const open: Server[] = [];
const sockets: Socket[] = [];

/** The accepted sockets count their own bytes. */
const listening = async <S extends Server>(server: S): Promise<string> => {
  open.push(server);
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const accepted = () => ({
  up: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  down: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
});

const kept = (relay: Awaited<ReturnType<typeof startRelay>>, direction: Direction): Buffer =>
  Buffer.concat(relay.connections.flatMap((connection) => connection[direction]));

test('literal bytes cross the relay unchanged', async () => {
  const relay = await startRelay(
    await listening(
      createServer((socket) => socket.once('data', () => socket.end(`${CHUNKED}${CHUNKS}\r\n`))),
    ),
    { recordsBytes: true },
  );
  const client = connect(Number(relay.address.split(':')[1]), '127.0.0.1');
  client.write(GET);
  expect((await buffer(client)).toString()).toBe(`${CHUNKED}${CHUNKS}\r\n`);
  expect(relay.bytes).toEqual({ up: 41, down: 89 });
  expect(accepted()).toEqual(relay.bytes);
  expect(kept(relay, 'up').toString()).toBe(GET);
  await relay.stop();
});

test("counts of node:http's chunks and trailers equal its socket's counter", async () => {
  const server = createHttp1((_request, response) => {
    response.writeHead(200, { Trailer: 'X-End' });
    response.write('a'.repeat(1000));
    response.write('b'.repeat(17));
    response.addTrailers({ 'X-End': 'yes' });
    response.end();
  });
  const relay = await startRelay(await listening(server), { recordsBytes: true });
  await new Promise<void>((resolve) => {
    request(`http://${relay.address}`, { method: 'POST', agent: false }, (response) => {
      response.resume().on('end', resolve);
    }).end('{"a":1}');
  });
  expect(accepted()).toEqual(relay.bytes);
  const down = countBytes(kept(relay, 'down'), 'down', 'rest');
  // 3e8 and 11 in hexadecimal, each size and each chunk with a line end; 0, and the empty line at the end.
  expect(down).toMatchObject({
    body: 1017,
    framing: 5 + 2 + 4 + 2 + 3 + 2,
    trailers: 12,
    total: relay.bytes.down,
  });
  expect(countBytes(kept(relay, 'up'), 'up', 'rest')).toMatchObject({
    body: 7,
    messages: 1,
    total: relay.bytes.up,
  });
  await relay.stop();
});

test("counts of node:http2's frames equal its socket's counter", async () => {
  const server = createHttp2();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // Larger than a frame, and larger than the initial window.
    const answer = Buffer.alloc(5 + 100_000);
    answer.writeUInt32BE(100_000, 1);
    stream.resume().on('end', () => stream.end(answer));
  });
  const relay = await startRelay(await listening(server), { recordsBytes: true });
  const session = connectHttp2(`http://${relay.address}`);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.end(message(100));
  expect(await buffer(stream)).toHaveLength(100_005);
  await new Promise((resolve) => session.close(() => resolve(undefined)));
  await relay.stop();
  expect(accepted()).toEqual(relay.bytes);
  const up = countBytes(kept(relay, 'up'), 'up', 'grpc');
  expect(up).toMatchObject({ body: 100, trailers: 0, messages: 1, total: relay.bytes.up });
  const down = countBytes(kept(relay, 'down'), 'down', 'grpc');
  expect(down).toMatchObject({ body: 100_000, total: relay.bytes.down });
  expect(down.trailers).toBeGreaterThan(0);
  expect(down.headers + down.framing + down.body + down.trailers).toBe(relay.bytes.down);
});
