/** The Express app of REST and GraphQL: an app without extra headers, JSON bodies, and errors as the last handlers. */
import { promisify } from 'node:util';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { expressError, routeNotFound, unsupportedContentType } from '../../runtime/transport-errors';

export const createApp = (): Express => express().disable('etag').disable('x-powered-by');

/** `strict` accepts objects and lists only. Rejects with UNSUPPORTED_MEDIA_TYPE for a body of another type. */
export const jsonReader = (types: string[], strict: boolean) => {
  const parse = promisify(express.json({ limit: LIMITS.bodyBytesMax, type: types, strict }));
  return async (request: Request, response: Response): Promise<void> => {
    if (!request.is(types)) throw unsupportedContentType(request.headers['content-type'], 'JSON');
    await parse(request, response);
  };
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
