/** The Express app of REST and GraphQL: an app without extra headers, JSON bodies, and errors as the last handlers. */
import { promisify } from 'node:util';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { malformedRequest, type SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { countSentBytes, decompressedBytesMax } from '../../runtime/http-body';
import {
  bodyTooLarge,
  expressError,
  routeNotFound,
  unsupportedContentType,
} from '../../runtime/transport-errors';
import { decodeUtf8, requireUtf8 } from './decode-text';

export const createApp = (): Express => express().disable('etag').disable('x-powered-by');

/** `strict` accepts objects and lists only. Rejects with UNSUPPORTED_MEDIA_TYPE for a body of another type or charset. */
export const jsonReader = (types: string[], strict: boolean) => {
  const options = { limit: LIMITS.bodyBytesMax, type: types, strict };
  const parse = promisify(express.json({ ...options, verify: rejectNonText }));
  return async (request: Request, response: Response): Promise<void> => {
    const contentType = request.headers['content-type'];
    if (!request.is(types)) throw unsupportedContentType(contentType, 'JSON');
    requireUtf8(contentType);
    if (request.headers['content-encoding'] === undefined) return parse(request, response);
    const sentBytes = countSentBytes(request);
    const verify: typeof rejectNonText = (_request, _response, body) => {
      if (body.length > decompressedBytesMax(sentBytes())) throw bodyTooLarge();
      rejectNonText(_request, _response, body);
    };
    await promisify(express.json({ ...options, verify }))(request, response);
  };
};

/** Express would read an empty body as an empty object, and bytes that are not UTF-8 as U+FFFD. */
const rejectNonText = (_request: unknown, _response: unknown, body: Buffer): void => {
  if (body.length === 0) throw malformedRequest('The body is empty; JSON is expected.');
  decodeUtf8(body);
};

/** To be called after all routes. `expected` is what a body must be, for the error message. */
export const handleErrors = (
  app: Express,
  expected: string,
  sendError: (request: Request, response: Response, error: SkillsError) => void,
): void => {
  app.use((request) => {
    throw routeNotFound(request.path);
  });
  app.use(((thrown, request, response, _next) => {
    sendError(request, response, expressError(thrown, expected));
  }) satisfies ErrorRequestHandler);
};
