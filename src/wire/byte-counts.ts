/** What each byte on one direction of a connection is for: every one is of exactly one kind, so that the kinds sum to all. */
import { constants } from 'node:http2';
import type { ProtocolName } from '../contract/protocol';
import type { Connection } from './relay';

export type Direction = 'up' | 'down';

/** Bytes by what they are for. */
export interface ByteCounts {
  readonly headers: number;
  readonly framing: number;
  readonly body: number;
  readonly trailers: number;
  readonly total: number;
}

export interface WireBytes extends ByteCounts {
  /** HTTP/1.1 messages, or HTTP/2 streams by their first HEADERS: upward, the requests. */
  readonly messages: number;
}

/** `bytes` is all that was sent since the connection was opened; where it ends within something, that part counts. */
export const countBytes = (bytes: Buffer, direction: Direction, protocol: ProtocolName): WireBytes => {
  const reader = new Reader(bytes);
  if (protocol === 'grpc') readHttp2(reader, direction);
  else readHttp1(reader, direction);
  return { ...reader.kinds, total: bytes.length, messages: reader.messages };
};

/** Of all connections together: a pool may open more than one. */
export const countConnectionBytes = (
  connections: readonly Connection[],
  direction: Direction,
  protocol: ProtocolName,
): { readonly kinds: ByteCounts; readonly messages: number } => {
  const read = connections.map((connection) =>
    countBytes(Buffer.concat(connection[direction]), direction, protocol),
  );
  const sum = (of: (bytes: WireBytes) => number) => read.reduce((total, bytes) => total + of(bytes), 0);
  return {
    kinds: mapByteKinds((kind) => sum((bytes) => bytes[kind])),
    messages: sum(({ messages }) => messages),
  };
};

export const mapByteKinds = (of: (kind: keyof ByteCounts) => number): ByteCounts => ({
  headers: of('headers'),
  framing: of('framing'),
  body: of('body'),
  trailers: of('trailers'),
  total: of('total'),
});

type Kind = Exclude<keyof ByteCounts, 'total'>;

class Reader {
  readonly kinds = { headers: 0, framing: 0, body: 0, trailers: 0 };
  messages = 0;
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  /** Counts as many of the next bytes as there are, and hands them out. */
  take(kind: Kind, length: number): Buffer {
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += taken.length;
    this.kinds[kind] += taken.length;
    return taken;
  }

  /** With the mark; all that is left where there is none. */
  takeThrough(kind: Kind, mark: string): string {
    const found = this.bytes.indexOf(mark, this.at);
    const end = found < 0 ? this.bytes.length : found + mark.length;
    return this.take(kind, end - this.at).toString('latin1');
  }

  peek(length: number): string {
    return this.bytes.toString('latin1', this.at, this.at + length);
  }
}

const LINE = '\r\n';

/** RFC 9112. An answer that says nothing of its length ends with the connection (section 6.3). */
const readHttp1 = (reader: Reader, direction: Direction): void => {
  while (!reader.done) {
    const head = reader.takeThrough('headers', LINE + LINE);
    reader.messages += 1;
    if (/^HTTP\/1\.1 (1\d\d|204|304) /.test(head)) continue;
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (/^transfer-encoding:.*chunked/im.test(head)) readChunks(reader);
    else if (length !== undefined) reader.take('body', Number(length));
    else if (direction === 'down') reader.take('body', Number.POSITIVE_INFINITY);
  }
};

/** Section 7.1: sizes, and the line ends after data, are framing; so is the empty line that ends the trailer fields. */
const readChunks = (reader: Reader): void => {
  for (let size = -1; size !== 0 && !reader.done; ) {
    size = Number.parseInt(reader.takeThrough('framing', LINE), 16) || 0;
    reader.take('body', size);
    if (size > 0) reader.take('framing', LINE.length);
  }
  while (!LINE.startsWith(reader.peek(LINE.length))) reader.takeThrough('trailers', LINE);
  reader.take('framing', LINE.length);
};

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME_HEAD_BYTES = 9;
const PREFIX_BYTES = 5;
const DATA = 0;
const HEADERS = 1;
const CONTINUATION = 9;
const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_FLAG_PADDED, NGHTTP2_FLAG_PRIORITY } = constants;

/** What a stream is sending: as much of a message's prefix as has come, then how much of the message has not. */
interface Stream {
  prefix: Buffer;
  messageBytes: number;
}

const newStream = (): Stream => ({ prefix: Buffer.alloc(0), messageBytes: 0 });

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly length: number;
}

/** RFC 9113, section 4.1. */
const readFrame = (reader: Reader): Frame => {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  reader.take('framing', FRAME_HEAD_BYTES).copy(head);
  return {
    length: head.readUIntBE(0, 3),
    type: head.readUInt8(3),
    flags: head.readUInt8(4),
    stream: head.readUInt32BE(5) & 0x7fffffff,
  };
};

/** gRPC over HTTP/2. A block of headers that both opens and ends an answer ("Trailers-Only") counts as headers. */
const readHttp2 = (reader: Reader, direction: Direction): void => {
  if (direction === 'up') reader.take('framing', PREFACE.length);
  const streams = new Map<number, Stream>();
  let block: Kind = 'headers';
  while (!reader.done) {
    const frame = readFrame(reader);
    if (frame.type === HEADERS) {
      const opens = !streams.has(frame.stream);
      if (opens) streams.set(frame.stream, newStream());
      if (opens) reader.messages += 1;
      // A 1xx answer precedes the headers and does not end the stream.
      block = opens || !(frame.flags & NGHTTP2_FLAG_END_STREAM) ? 'headers' : 'trailers';
    }
    readPayload(reader, frame, (length) => {
      if (frame.type === HEADERS || frame.type === CONTINUATION) reader.take(block, length);
      else if (frame.type === DATA) readMessages(reader, streams.get(frame.stream) ?? newStream(), length);
      else reader.take('framing', length);
    });
  }
};

/** Padding and priority, which stand around the payload of HEADERS and DATA (sections 6.1 and 6.2), are framing. */
const readPayload = (reader: Reader, frame: Frame, read: (length: number) => void): void => {
  let { length } = frame;
  let padding = 0;
  if ((frame.type === DATA || frame.type === HEADERS) && frame.flags & NGHTTP2_FLAG_PADDED) {
    padding = reader.take('framing', 1)[0] ?? 0;
    length -= 1 + padding;
  }
  if (frame.type === HEADERS && frame.flags & NGHTTP2_FLAG_PRIORITY) {
    length -= reader.take('framing', 5).length;
  }
  read(Math.max(0, length));
  reader.take('framing', padding);
};

/** Five bytes that say how long the message is, then the message; either may be split over frames. */
const readMessages = (reader: Reader, stream: Stream, length: number): void => {
  for (let left = length; left > 0 && !reader.done; ) {
    if (stream.messageBytes === 0) {
      const taken = reader.take('framing', Math.min(left, PREFIX_BYTES - stream.prefix.length));
      left -= taken.length;
      stream.prefix = Buffer.concat([stream.prefix, taken]);
      if (stream.prefix.length < PREFIX_BYTES) continue;
      stream.messageBytes = stream.prefix.readUInt32BE(1);
      stream.prefix = Buffer.alloc(0);
    } else {
      const taken = reader.take('body', Math.min(left, stream.messageBytes));
      left -= taken.length;
      stream.messageBytes -= taken.length;
    }
  }
};
