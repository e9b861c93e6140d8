/** The actual request and response of a call, read from the bytes on the socket, which go through a relay untouched. */
import type { ConnectOptions, ProtocolName } from '../contract/protocol';
import type { Exchange, Message } from './exchange';
import { readHttp2Exchanges } from './http2-exchanges';
import { type Connection, startRelay } from './relay';
import { startTlsUnwrapper } from './unwrap-tls';

export type { Exchange, Message } from './exchange';

export interface Capture {
  readonly address: string;
  /** Every byte of each, in the order in which they were opened. */
  readonly connections: readonly Connection[];
  /** Those that have ended, of each connection in the order in which they began. */
  exchanges(): Promise<Exchange[]>;
  /** Resolves when every connection has, on both sides. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/** Of a target that wants TLS, what is inside it: the client then calls in plain text, on this machine. */
export const startCapture = async (
  protocol: ProtocolName,
  target: string,
  tls?: ConnectOptions['tls'],
): Promise<Capture> => {
  const unwrapped = tls && (await startTlsUnwrapper(protocol, target, tls));
  const relay = await startRelay(unwrapped?.address ?? target, { keep: true });
  const read = protocol === 'grpc' ? readHttp2Exchanges : readHttp1;
  return {
    address: relay.address,
    connections: relay.connections,
    exchanges: async () => {
      const each = relay.connections.map(({ up, down }) => read(Buffer.concat(up), Buffer.concat(down)));
      return (await Promise.all(each)).flat();
    },
    ended: relay.ended,
    stop: async () => {
      await relay.stop();
      await unwrapped?.stop();
    },
  };
};

const readHttp1 = (up: Buffer, down: Buffer): Exchange[] => {
  const requests = parseMessages(up);
  return parseMessages(down).flatMap((response, index) => {
    const request = requests[index];
    return request ? [{ request, response }] : [];
  });
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
