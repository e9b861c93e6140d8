/** The bytes on one direction of a connection by kind. Every byte is of exactly one kind, so the kinds add up to the total. */
import type { ProtocolName } from '../contract/protocol';
import { type ByteCounts, ByteReader, type Direction } from './byte-reader';
import { readHttp1Message } from './http1';
import { countHttp2Frames } from './http2-frames';
import type { Connection } from './relay';

export type { ByteCounts, Direction } from './byte-reader';

export interface WireBytes extends ByteCounts {
  /** HTTP/1.1 messages, or HTTP/2 streams by their first HEADERS frame. Upward, these are the requests. */
  readonly messages: number;
}

/** `bytes` are all bytes since the connection was opened. A message that they cut off counts as far as it goes. */
export const countBytes = (bytes: Buffer, direction: Direction, protocol: ProtocolName): WireBytes => {
  const reader = new ByteReader(bytes);
  const count = protocol === 'grpc' ? countHttp2Frames : countHttp1Messages;
  const messages = count(reader, direction);
  return { ...reader.counts, total: bytes.length, messages };
};

const countHttp1Messages = (reader: ByteReader, direction: Direction): number => {
  let messages = 0;
  for (; !reader.isAtEnd; messages += 1) readHttp1Message(reader, direction);
  return messages;
};

/** The sum over all connections: a pool may open several. */
export const countConnectionBytes = (
  connections: readonly Connection[],
  direction: Direction,
  protocol: ProtocolName,
): { readonly kinds: ByteCounts; readonly messages: number } => {
  const counted = connections.map((connection) =>
    countBytes(Buffer.concat(connection[direction]), direction, protocol),
  );
  const sum = (read: (bytes: WireBytes) => number) =>
    counted.reduce((total, bytes) => total + read(bytes), 0);
  return {
    kinds: mapByteKinds((kind) => sum((bytes) => bytes[kind])),
    messages: sum(({ messages }) => messages),
  };
};

export const mapByteKinds = (read: (kind: keyof ByteCounts) => number): ByteCounts => ({
  headers: read('headers'),
  framing: read('framing'),
  body: read('body'),
  trailers: read('trailers'),
  total: read('total'),
});
