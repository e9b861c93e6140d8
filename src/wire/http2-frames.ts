/** The frames of gRPC over HTTP/2 (RFC 9113) in the recorded bytes of a connection: their bytes, counted by kind. */
import { constants } from 'node:http2';
import type { ByteKind, ByteReader, Direction } from './byte-reader';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME_HEAD_BYTES = 9;
const PREFIX_BYTES = 5;
const DATA = 0;
const HEADERS = 1;
const CONTINUATION = 9;
const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_FLAG_PADDED, NGHTTP2_FLAG_PRIORITY } = constants;

/** The state of one stream: the part of a message's prefix that has been read, or the bytes of the message still to read. */
interface Stream {
  prefix: Buffer;
  messageBytesLeft: number;
}

const createStream = (): Stream => ({ prefix: Buffer.alloc(0), messageBytesLeft: 0 });

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly length: number;
}

/**
 * Reads to the end of the bytes and returns the number of streams. A block of headers that both opens and ends a response
 * ("Trailers-Only") counts as headers.
 */
export const countHttp2Frames = (reader: ByteReader, direction: Direction): number => {
  if (direction === 'up') reader.take('framing', PREFACE.length);
  const streams = new Map<number, Stream>();
  let block: ByteKind = 'headers';
  while (!reader.isAtEnd) {
    const frame = readFrameHead(reader);
    if (frame.type === HEADERS) {
      const opens = !streams.has(frame.stream);
      if (opens) streams.set(frame.stream, createStream());
      // A 1xx response precedes the headers and does not end the stream.
      block = opens || !(frame.flags & NGHTTP2_FLAG_END_STREAM) ? 'headers' : 'trailers';
    }
    readPayload(reader, frame, (length) => {
      if (frame.type === HEADERS || frame.type === CONTINUATION) reader.take(block, length);
      else if (frame.type === DATA) readMessages(reader, streams.get(frame.stream) ?? createStream(), length);
      else reader.take('framing', length);
    });
  }
  return streams.size;
};

/** Section 4.1. */
const readFrameHead = (reader: ByteReader): Frame => {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  reader.take('framing', FRAME_HEAD_BYTES).copy(head);
  return {
    length: head.readUIntBE(0, 3),
    type: head.readUInt8(3),
    flags: head.readUInt8(4),
    stream: head.readUInt32BE(5) & 0x7fffffff,
  };
};

/** Padding and priority, which surround the payload of HEADERS and DATA (sections 6.1 and 6.2), are framing. */
const readPayload = (reader: ByteReader, frame: Frame, read: (length: number) => void): void => {
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

/** A message follows a prefix of five bytes, which holds its length. Frames may split both. */
const readMessages = (reader: ByteReader, stream: Stream, length: number): void => {
  for (let left = length; left > 0 && !reader.isAtEnd; ) {
    if (stream.messageBytesLeft === 0) {
      const taken = reader.take('framing', Math.min(left, PREFIX_BYTES - stream.prefix.length));
      left -= taken.length;
      stream.prefix = Buffer.concat([stream.prefix, taken]);
      if (stream.prefix.length < PREFIX_BYTES) continue;
      stream.messageBytesLeft = stream.prefix.readUInt32BE(1);
      stream.prefix = Buffer.alloc(0);
    } else {
      const taken = reader.take('body', Math.min(left, stream.messageBytesLeft));
      left -= taken.length;
      stream.messageBytesLeft -= taken.length;
    }
  }
};
