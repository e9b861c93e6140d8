/** HTTP/2 frames (RFC 9113) without a library, because libraries do not send invalid frames. */
import type { Socket } from 'node:net';
import { openSocket } from './open-socket';

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { none: 0, ack: 1, endStream: 1, endHeaders: 4 } as const;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const h2Frame = (type: number, flags: number, stream: number, payload: Buffer = NOTHING): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};
const NOTHING = Buffer.alloc(0);

export const setting = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id);
  bytes.writeUInt32BE(value, 2);
  return bytes;
};

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** An integer with a prefix of 7 bits (RFC 7541, section 5.1). */
const hpackInt = (value: number): number[] => {
  if (value < 127) return [value];
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
};
const hpackText = (text: string): Buffer =>
  Buffer.concat([Buffer.from(hpackInt(text.length)), Buffer.from(text)]);

/** A block of literal header fields without indexing (RFC 7541, section 6.2.2). */
export const headerBlock = (headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), hpackText(name), hpackText(value)]),
  );

export const grpcHeaders = (method: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  headerBlock({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': `/skills.v1.SkillsService/${method}`,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  });

export interface ConnectionEnd {
  /** `GOAWAY` with its code, `closed`, or `kept open` if the server did not end the connection. */
  readonly how: string;
  /** The time from the connection to its end. */
  readonly afterMs: number;
}

const GOAWAY_NAMES: Readonly<Record<number, string>> = {
  0: 'NO_ERROR',
  1: 'PROTOCOL_ERROR',
  2: 'INTERNAL_ERROR',
  3: 'FLOW_CONTROL_ERROR',
  6: 'FRAME_SIZE_ERROR',
  9: 'COMPRESSION_ERROR',
  11: 'ENHANCE_YOUR_CALM',
};

export interface Http2Connection {
  readonly socket: Socket;
  /** Resolves when the server ends the connection. The client closes it after `patienceMs`. */
  ended(patienceMs: number): Promise<ConnectionEnd>;
}

/** Opens a connection to an origin, or to host:port, and reads from it unless the socket is paused. */
export const openConnection = (address: string): Http2Connection => {
  const from = performance.now();
  const socket = openSocket(address, 'h2');
  let received: Buffer = NOTHING;
  let goaway: ConnectionEnd | undefined;
  let isClosedHere = false;
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    for (const { type, flags, payload, rest } of framesIn(received)) {
      received = rest;
      // Acknowledge pings like any client; otherwise the server closes the connection.
      if (type === TYPE.ping && flags === FLAG.none) socket.write(h2Frame(TYPE.ping, FLAG.ack, 0, payload));
      if (type !== TYPE.goaway) continue;
      const code = payload.readUInt32BE(4);
      // Close the connection after GOAWAY like any client.
      socket.destroy();
      goaway ??= { how: `GOAWAY ${GOAWAY_NAMES[code] ?? code}`, afterMs: performance.now() - from };
    }
  });
  const closed = new Promise<ConnectionEnd>((resolve) => {
    // The socket reports an error if the server closes the connection while data arrives.
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve(goaway ?? { how: isClosedHere ? 'kept open' : 'closed', afterMs: performance.now() - from });
      });
  });
  return {
    socket,
    ended: (patienceMs) => {
      const patience = setTimeout(() => {
        isClosedHere = true;
        socket.destroy();
      }, patienceMs);
      return closed.finally(() => clearTimeout(patience));
    },
  };
};

interface H2Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
  /** The bytes after the frame. */
  readonly rest: Buffer;
}

/** The complete frames at the beginning of the bytes. */
export function* framesIn(bytes: Buffer): Generator<H2Frame> {
  for (let rest = bytes; rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3); ) {
    const end = 9 + rest.readUIntBE(0, 3);
    const [type, flags, stream] = [rest.readUInt8(3), rest.readUInt8(4), rest.readUInt32BE(5)];
    const payload = rest.subarray(9, end);
    rest = rest.subarray(end);
    yield { type, flags, stream, payload, rest };
  }
}

/** Writes the bytes and waits until the socket has taken them, or returns if it is closed. */
export const write = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.write(bytes, () => resolve());
  });
