/**
 * The exchanges in the recorded bytes of an HTTP/2 connection. HPACK (RFC 7541) compresses headers with state on both sides,
 * so the bytes are replayed: the client's bytes into a Node server, the server's bytes into a Node client.
 */
import {
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Exchange, Message } from './exchange';

/** The exchanges that both sides have ended, in the order in which they began. */
export const readHttp2Exchanges = async (up: Buffer, down: Buffer): Promise<Exchange[]> => {
  if (up.length === 0 || down.length === 0) return [];
  const requests = await replayRequests(up);
  const responses = await replayResponses(down, requests);
  return requests.flatMap(({ message: request }, index) => {
    const response = responses[index];
    return response ? [{ request, response }] : [];
  });
};

interface Request {
  readonly message: Message;
  readonly headers: IncomingHttpHeaders;
}

/** All bytes at once would exceed the flow-control window, which opens only while the session reads. */
const CHUNK_BYTES = 16_384;
const WINDOW_BYTES = 2 ** 31 - 1;

/** A socket that delivers recorded bytes and discards all writes. */
const createRecordedSocket = (): Duplex =>
  new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });

const replayBytes = async (bytes: Buffer, socket: Duplex): Promise<void> => {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    socket.push(bytes.subarray(at, at + CHUNK_BYTES));
    await setImmediate();
  }
  // The session emits its events some turns of the event loop after the read.
  for (let turn = 0; turn < 4; turn += 1) await setImmediate();
};

const replayRequests = async (up: Buffer): Promise<Request[]> => {
  const requests: { headers: IncomingHttpHeaders; body: Body }[] = [];
  const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES } });
  server.on('session', (session) => session.on('error', () => {}));
  server.on('stream', (stream, headers) => requests.push({ headers, body: collectBody(stream) }));
  const socket = createRecordedSocket();
  server.emit('connection', socket);
  await replayBytes(up, socket);
  socket.destroy();
  return requests
    .filter(({ body }) => body.ended)
    .map(({ headers, body }) => ({
      headers,
      message: createMessage(`${headers[':method']} ${headers[':path']} HTTP/2`, headers, body),
    }));
};

/** Undefined for a request without a response. */
const replayResponses = async (
  down: Buffer,
  requests: readonly Request[],
): Promise<(Message | undefined)[]> => {
  const socket = createRecordedSocket();
  const session = connect('http://recorded', {
    createConnection: () => socket,
    settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
  });
  session.on('error', () => {});
  // The responses name the streams that the client opened, so the same streams are opened again.
  const responses = requests.map(({ headers }) =>
    collectResponse(session.request(headers, { endStream: true })),
  );
  await setImmediate();
  session.setLocalWindowSize(WINDOW_BYTES);
  await replayBytes(down, socket);
  session.destroy();
  return responses.map((readResponse) => readResponse());
};

const collectResponse = (stream: ClientHttp2Stream): (() => Message | undefined) => {
  const body = collectBody(stream);
  let headers: IncomingHttpHeaders | undefined;
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (received, flags) => {
    headers = received;
    // An error without a message is one block of headers that ends the stream ("Trailers-Only").
    body.ended ||= (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
  });
  stream.on('trailers', (received) => {
    trailers = received;
  });
  return () =>
    headers && body.ended
      ? { ...createMessage(`HTTP/2 ${headers[':status']}`, headers, body), trailers: toHeaderPairs(trailers) }
      : undefined;
};

interface Body {
  readonly chunks: Buffer[];
  ended: boolean;
}

const collectBody = (stream: Http2Stream): Body => {
  const body: Body = { chunks: [], ended: false };
  stream.on('data', (chunk: Buffer) => body.chunks.push(Buffer.from(chunk)));
  stream.on('end', () => {
    body.ended = true;
  });
  stream.on('error', () => {});
  return body;
};

const createMessage = (startLine: string, headers: IncomingHttpHeaders, { chunks }: Body): Message => ({
  startLine,
  headers: toHeaderPairs(headers),
  body: Buffer.concat(chunks),
  trailers: [],
});

const toHeaderPairs = (headers: IncomingHttpHeaders): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String(value)]);
