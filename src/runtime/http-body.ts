/** Reads the body of an HTTP request, within the limit. */
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { malformedRequest, type SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import { bodyTooLarge, unsupportedMediaType } from './transport-errors';

/**
 * Rejects with BODY_TOO_LARGE as soon as the body, as sent or as decompressed, passes the limit. The rest of the body is
 * read and dropped, because a connection that is cut would lose the response.
 */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw unsupportedMediaType(`content-encoding ${encoding}`);
  const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
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
      if (bytes > LIMITS.bodyBytesMax) rejectAndDrain(bodyTooLarge());
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks))).on('error', rejectCutBody);
    // A pipe does not pass on an error of its source.
    if (source !== request) request.on('error', rejectCutBody);
  });
};
