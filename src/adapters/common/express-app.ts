/** The Express app of REST and GraphQL: an app without extra headers, JSON bodies, and errors as the last handlers. */
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { malformedRequest, type SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { readBody } from '../../runtime/http-body';
import { expressError, routeNotFound, unsupportedContentType } from '../../runtime/transport-errors';
import { decodeUtf8, requireUtf8 } from './decode-text';

export const createApp = (): Express => express().disable('etag').disable('x-powered-by');

/**
 * Reads JSON of these media types into `request.body`; `expected` says whether any JSON will do. Rejects with
 * UNSUPPORTED_MEDIA_TYPE for another type or charset, and with MALFORMED_REQUEST for an empty or unexpected body.
 */
export const jsonReader =
  (types: string[], expected: Expected) =>
  async (request: Request): Promise<void> => {
    const contentType = request.headers['content-type'];
    if (!request.is(types)) throw unsupportedContentType(contentType, 'JSON');
    requireUtf8(contentType);
    const bytes = await readBody(request);
    if (bytes.length === 0) throw malformedRequest('The body is empty; JSON is expected.');
    request.body = parse(decodeUtf8(bytes), expected);
  };

type Expected = 'JSON' | 'a JSON object';

const parse = (text: string, expected: Expected): unknown => {
  rejectManyValues(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformedRequest(`The body is not ${expected}: ${(error as Error).message}.`);
  }
  if (expected === 'a JSON object' && Object(value) !== value)
    throw malformedRequest(`The body is not ${expected}.`);
  return value;
};

/** Counts values before they take memory: a short value, such as `[]`, takes twenty times its bytes once it is parsed. */
const rejectManyValues = (text: string): void => {
  if (text.length < LIMITS.jsonValuesMax) return;
  let values = 1;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) isString = !isString;
    else if (isString && char === BACKSLASH) at += 1;
    else if (!isString && (char === COMMA || char === BRACKET || char === BRACE)) values += 1;
  }
  if (values > LIMITS.jsonValuesMax)
    throw malformedRequest(`The body has over ${LIMITS.jsonValuesMax} values.`);
};
const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Buffer.from('"\\,[{') as unknown as number[];

/** To be called after all routes. */
export const handleErrors = (
  app: Express,
  sendError: (request: Request, response: Response, error: SkillsError) => void,
): void => {
  app.use((request) => {
    throw routeNotFound(request.path);
  });
  app.use(((thrown, request, response, _next) => {
    sendError(request, response, expressError(thrown));
  }) satisfies ErrorRequestHandler);
};
