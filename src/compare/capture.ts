/** The actual request and response of a call: HTTP/1.1 is read off the socket, HTTP/2 by a proxy that decodes it. */
import {
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ConnectOptions, ProtocolName } from '../contract/protocol';
import { startRelay } from './relay';
import { startUnwrapping } from './unwrap-tls';

export interface Message {
  /** `GET /api/skills/git HTTP/1.1`, `HTTP/1.1 200 OK`; HTTP/2 has no such line, so this is made of its pseudo-headers. */
  readonly startLine: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** HTTP/2 only: gRPC's status. */
  readonly trailers: readonly (readonly [string, string])[];
}

export interface Exchange {
  readonly request: Message;
  readonly response: Message;
}

export interface Capture {
  readonly address: string;
  /** Those that have ended, in the order in which they began. */
  exchanges(): Exchange[];
  stop(): Promise<void>;
}

/** Of a target that wants TLS, what is inside it: the client then calls in plain text, on this machine. */
export const startCapture = async (
  protocol: ProtocolName,
  target: string,
  tls?: ConnectOptions['tls'],
): Promise<Capture> => {
  const unwrapped = tls && (await startUnwrapping(protocol, target, tls));
  const address = unwrapped?.address ?? target;
  const capture = await (protocol === 'grpc' ? captureHttp2(address) : captureHttp1(address));
  return {
    ...capture,
    stop: async () => {
      await capture.stop();
      await unwrapped?.stop();
    },
  };
};

const captureHttp1 = async (target: string): Promise<Capture> => {
  const relay = await startRelay(target, { keep: true });
  return {
    address: relay.address,
    exchanges: () =>
      relay.connections.flatMap(({ up, down }) => {
        const requests = parseMessages(Buffer.concat(up));
        const responses = parseMessages(Buffer.concat(down));
        return responses.flatMap((response, index) => {
          const request = requests[index];
          return request ? [{ request, response }] : [];
        });
      }),
    stop: relay.stop,
  };
};

/** One that is cut off is not there yet. A body's length is said, or it comes in chunks (RFC 9112, section 7.1). */
const parseMessages = (bytes: Buffer): Message[] => {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return [];
  const [startLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const header = (wanted: RegExp) => headers.find(([name]) => wanted.test(name))?.[1];
  const rest = bytes.subarray(end + 4);
  const length = Number(header(/^content-length$/i) ?? 0);
  const found = /chunked/i.test(header(/^transfer-encoding$/i) ?? '')
    ? parseChunks(rest)
    : { body: rest.subarray(0, length), length };
  if (!found || rest.length < found.length) return [];
  return [
    { startLine, headers, body: found.body, trailers: [] },
    ...parseMessages(rest.subarray(found.length)),
  ];
};

const parseChunks = (bytes: Buffer): { body: Buffer; length: number } | undefined => {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) return undefined;
    if (size === 0) {
      // Trailer fields, if any, and an empty line.
      const end = bytes.indexOf('\r\n\r\n', line);
      return end < 0 ? undefined : { body: Buffer.concat(chunks), length: end + 4 };
    }
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
};

const captureHttp2 = async (target: string): Promise<Capture> => {
  const upstream = connect(`http://${target}`);
  upstream.on('error', () => {});
  const exchanges: Exchange[] = [];
  const server = createServer();
  server.on('session', (session) => session.on('error', () => {}));
  server.on('stream', (stream, headers) => {
    if (upstream.destroyed) return stream.close();
    forwardStream(stream, headers, upstream.request(headers), (exchange) => exchanges.push(exchange));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: () => exchanges,
    stop: async () => {
      upstream.destroy();
      server.close();
    },
  };
};

const forwardStream = (
  stream: ServerHttp2Stream,
  requestHeaders: IncomingHttpHeaders,
  upstream: ReturnType<ReturnType<typeof connect>['request']>,
  done: (exchange: Exchange) => void,
): void => {
  const [up, down]: [Buffer[], Buffer[]] = [[], []];
  let responseHeaders: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('data', (chunk) => up.push(Buffer.from(chunk))).pipe(upstream);
  const end = () => {
    const response = message(`HTTP/2 ${responseHeaders[':status']}`, responseHeaders, down);
    done({
      request: message(`${requestHeaders[':method']} ${requestHeaders[':path']} HTTP/2`, requestHeaders, up),
      response: { ...response, trailers: pairs(trailers) },
    });
  };
  upstream.on('response', (headers, flags) => {
    responseHeaders = headers;
    // An error without a message is one block of headers that ends the stream ("Trailers-Only").
    const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(headers, { endStream, waitForTrailers: !endStream });
    if (endStream) end();
  });
  upstream.on('trailers', (headers) => {
    trailers = headers;
  });
  upstream.on('data', (chunk) => {
    down.push(Buffer.from(chunk));
    stream.write(chunk);
  });
  upstream.on('end', () => stream.end());
  upstream.on('error', () => stream.close());
  stream.on('error', () => upstream.close());
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
    end();
  });
};

const message = (startLine: string, headers: IncomingHttpHeaders, chunks: Buffer[]): Message => ({
  startLine,
  headers: pairs(headers),
  body: Buffer.concat(chunks),
  trailers: [],
});

const pairs = (headers: IncomingHttpHeaders): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String(value)]);
