/** Reads the body of an HTTP request, within the limit. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { malformedRequest, type SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import { bodyTooLarge, unsupportedMediaType } from './transport-errors';

const ANY_RATIO_BYTES = 64 * 1024;

/** The bytes that a body may have after decompression: a few bytes that cost nothing to send must not cost much to read. */
const decompressedBytesMax = (sentBytes: number): number =>
  Math.min(LIMITS.bodyBytesMax, Math.max(ANY_RATIO_BYTES, sentBytes * LIMITS.decompressionRatioMax));

/** Returns a function that gives the bytes of the body received so far, before decompression. */
const countSentBytes = (request: IncomingMessage): (() => number) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  return () => bytes;
};

/** By content coding; `x-gzip` is another name of gzip (RFC 9110, section 8.4.1). */
const DECOMPRESSORS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Rejects with BODY_TOO_LARGE as soon as the body, as sent or as decompressed, passes the limit. The rest of the body is
 * read and dropped, because a connection that is cut would lose the response.
 */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const coding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const decompress = Object.hasOwn(DECOMPRESSORS, coding) ? DECOMPRESSORS[coding] : undefined;
  if (!decompress && coding !== 'identity') throw unsupportedMediaType(`content-encoding ${coding}`);
  const source = decompress ? request.pipe(decompress()) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const sentBytes = countSentBytes(request);
  return new Promise((resolve, reject) => {
    const rejectAndDrain = (error: SkillsError) => {
      reject(error);
      chunks.length = 0;
      if (source !== request) source.destroy();
      request.unpipe().resume();
    };
    const rejectCutBody = () =>
      rejectAndDrain(malformedRequest('The body is cut short, or not in its content-encoding.'));
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      const bytesMax = source === request ? LIMITS.bodyBytesMax : decompressedBytesMax(sentBytes());
      if (bytes > bytesMax) rejectAndDrain(bodyTooLarge());
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks))).on('error', rejectCutBody);
    // A pipe does not pass on an error of its source.
    if (source !== request) request.on('error', rejectCutBody);
  });
};
