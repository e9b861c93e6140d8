/** A gateway that compresses responses as a reverse proxy does, alike for all four protocols. The servers do not compress. */
import {
  Agent,
  createServer as createHttp1,
  type IncomingMessage,
  request as requestHttp1,
  type ServerResponse,
} from 'node:http';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer as createHttp2,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { ProtocolName } from '../../contract/protocol';

export interface Gateway {
  /** In the target's form: an http origin, or host:port for gRPC. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Compresses every response with a body whose request accepts gzip. `target` is http, without TLS. */
export const startGzipGateway = (protocol: ProtocolName, target: string): Promise<Gateway> =>
  protocol === 'grpc' ? startHttp2Gateway(target) : startHttp1Gateway(target);

/** zlib's own default level. */
const compress = (bytes: Buffer): Buffer => gzipSync(bytes);

const startHttp1Gateway = async (target: string): Promise<Gateway> => {
  const agent = new Agent({ keepAlive: true });
  const server = createHttp1((request, response) => {
    const { method, url: path } = request;
    // Without accept-encoding the server does not compress, so all compression happens here.
    const headers = omitHeaders(request.rawHeaders, /^(accept-encoding|connection|keep-alive)$/i);
    const upstream = requestHttp1(target, { agent, method, path, headers });
    upstream.on('error', () => response.destroy());
    upstream.on('response', (answer) => {
      sendHttp1Response(request, answer, response).catch(() => response.destroy());
    });
    request.pipe(upstream);
  });
  const port = await listen(server);
  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      await close(server);
    },
  };
};

/** RFC 9110, section 8.8.1: another coding is another representation, so a strong validator becomes weak. */
const sendHttp1Response = async (
  request: IncomingMessage,
  answer: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = await buffer(answer);
  const { 'content-encoding': encoded, vary, etag } = answer.headers;
  const headers = omitHeaders(answer.rawHeaders, /^(connection|keep-alive|transfer-encoding)$/i);
  const status = answer.statusCode ?? 502;
  if (body.length === 0 || encoded !== undefined || !acceptsGzip(request.headers['accept-encoding'])) {
    response.writeHead(status, answer.statusMessage, headers).end(body);
    return;
  }
  const zipped = compress(body);
  const changed = [
    ...omitHeaders(headers, /^(content-length|vary|etag)$/i),
    ...(etag ? ['ETag', etag.replace(/^"/, 'W/"')] : []),
    ...['Vary', vary ? `${vary}, Accept-Encoding` : 'Accept-Encoding'],
    ...['Content-Encoding', 'gzip', 'Content-Length', String(zipped.length)],
  ];
  response.writeHead(status, answer.statusMessage, changed).end(zipped);
};

const acceptsGzip = (accepted: string | string[] | undefined): boolean => /\bgzip\b/.test(String(accepted));

/** `rawHeaders` holds names and values in turn, in Node's form. */
const omitHeaders = (rawHeaders: readonly string[], names: RegExp): string[] =>
  rawHeaders.filter((_, index) => !names.test(rawHeaders[index - (index % 2)] as string));

const startHttp2Gateway = async (target: string): Promise<Gateway> => {
  const upstream = connect(`http://${target}`);
  upstream.on('error', () => {});
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => forwardStream(stream, headers, upstream));
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    stop: async () => {
      upstream.destroy();
      for (const session of sessions) session.destroy();
      await close(server);
    },
  };
};

const forwardStream = (
  stream: ServerHttp2Stream,
  { 'grpc-accept-encoding': accepted, ...headers }: IncomingHttpHeaders,
  session: ClientHttp2Session,
): void => {
  // The client sees a lost server as a lost connection.
  const destroySession = () => stream.session?.destroy();
  stream.on('error', () => {});
  if (session.destroyed || session.closed) {
    destroySession();
    return;
  }
  const upstream = session.request(headers);
  upstream.on('error', destroySession);
  stream.on('close', () => upstream.close());
  stream.pipe(upstream);
  let trailers: IncomingHttpHeaders = {};
  upstream.on('trailers', (received) => {
    trailers = received;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  upstream.on('response', (received, flags) => {
    // An error without a message is one block of headers that ends the stream ("Trailers-Only").
    if (flags & constants.NGHTTP2_FLAG_END_STREAM) return stream.respond(received, { endStream: true });
    sendHttp2Response(stream, received, upstream, acceptsGzip(accepted)).catch(destroySession);
  });
};

const sendHttp2Response = async (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: Readable,
  gzip: boolean,
): Promise<void> => {
  const body = await buffer(upstream);
  const encoded = (headers['grpc-encoding'] ?? 'identity') !== 'identity';
  const zipped = gzip && !encoded && body.length > PREFIX_BYTES;
  stream.respond(zipped ? { ...headers, 'grpc-encoding': 'gzip' } : headers, { waitForTrailers: true });
  stream.end(zipped ? compressMessages(body) : body);
};

const PREFIX_BYTES = 5;

/** Each message follows a prefix: a flag for compression, and the length. */
const compressMessages = (body: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const from = at + PREFIX_BYTES;
    at = from + body.readUInt32BE(from - 4);
    const zipped = compress(body.subarray(from, at));
    const prefix = Buffer.from([1, 0, 0, 0, 0]);
    prefix.writeUInt32BE(zipped.length, 1);
    parts.push(prefix, zipped);
  }
  return Buffer.concat(parts);
};

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
