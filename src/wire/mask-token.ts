/** Masks the credentials in recorded bytes, which people copy to others. The number of bytes stays the same. */
import { constants } from 'node:http2';
import type { ProtocolName } from '../contract/protocol';

const ASTERISK = 0x2a;

/** Returns the bytes of a client with asterisks in place of each token. */
export const maskToken = (protocol: ProtocolName, up: Buffer): Buffer =>
  protocol === 'grpc' ? maskHttp2(Buffer.from(up)) : maskHttp1(up);

const maskHttp1 = (up: Buffer): Buffer => {
  const masked = up
    .toString('latin1')
    .replace(
      /(\r\nauthorization:[ \t]*(?:Bearer +)?)([^\r\n]*)/gi,
      (_all, name: string, value: string) => name + '*'.repeat(value.length),
    );
  return Buffer.from(masked, 'latin1');
};

const PREFACE_BYTES = 24;
const FRAME_HEAD_BYTES = 9;
const HEADERS = 1;
const CONTINUATION = 9;
const { NGHTTP2_FLAG_END_HEADERS, NGHTTP2_FLAG_PADDED, NGHTTP2_FLAG_PRIORITY } = constants;

/** HTTP/2 frames (RFC 9113, section 4.1). A block of headers in several frames is masked as a whole. */
const maskHttp2 = (up: Buffer): Buffer => {
  for (let at = PREFACE_BYTES; at + FRAME_HEAD_BYTES <= up.length; ) {
    const [length, type, flags] = [up.readUIntBE(at, 3), up.readUInt8(at + 3), up.readUInt8(at + 4)];
    const payload = up.subarray(at + FRAME_HEAD_BYTES, at + FRAME_HEAD_BYTES + length);
    if (type === CONTINUATION || (type === HEADERS && !(flags & NGHTTP2_FLAG_END_HEADERS))) {
      payload.fill(ASTERISK);
    } else if (type === HEADERS) {
      const isPadded = (flags & NGHTTP2_FLAG_PADDED) !== 0;
      const start = (isPadded ? 1 : 0) + (flags & NGHTTP2_FLAG_PRIORITY ? 5 : 0);
      maskHeaderBlock(payload.subarray(start, isPadded ? payload.length - payload.readUInt8(0) : undefined));
    }
    at += FRAME_HEAD_BYTES + length;
  }
  return up;
};

/** `authorization` in HPACK's static table, by which clients name it (RFC 7541, appendix A). */
const AUTHORIZATION_INDEX = 23;

/** Walks over the fields of a block (RFC 7541, section 6). Their Huffman code needs no decoding. */
const maskHeaderBlock = (block: Buffer): void => {
  let at = 0;
  /** Section 5.1. */
  const readInteger = (prefixBits: number): number => {
    const mask = 2 ** prefixBits - 1;
    let value = block[at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; at < block.length; shift += 7) {
      const byte = block[at++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  /** Section 5.2. */
  const readString = (): Buffer => {
    const length = readInteger(7);
    at += length;
    return block.subarray(at - length, at);
  };
  while (at < block.length) {
    const first = block[at]!;
    if (first >= 0x80) readInteger(7);
    else if (first >= 0x20 && first < 0x40) readInteger(5);
    else {
      const name = readInteger(first >= 0x40 ? 6 : 4);
      if (name === 0) readString();
      const value = readString();
      if (name === AUTHORIZATION_INDEX) value.fill(ASTERISK);
    }
  }
};
