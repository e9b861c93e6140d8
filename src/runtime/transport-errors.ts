/** Errors that a transport reports before there is a call, and the HTTP status of those that have one. */
import { malformedRequest, SkillsError, toSkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';

/** By reason. HTTP has these statuses whatever error format the protocol above it uses. */
export const HTTP_STATUS_OF_REASON: Readonly<Record<string, number>> = {
  TOKEN_MALFORMED: 401,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  HEADERS_TOO_LARGE: 431,
};

export const routeNotFound = (path: string): SkillsError =>
  new SkillsError('UNIMPLEMENTED', 'ROUTE_NOT_FOUND', `There is nothing at ${path}.`);

/** `allowed` completes "use ...". */
export const methodNotAllowed = (method: string, allowed: string): SkillsError =>
  new SkillsError('UNIMPLEMENTED', 'METHOD_NOT_ALLOWED', `${method} is not allowed here; use ${allowed}.`);

export const requestTimeout = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'REQUEST_TIMEOUT', 'The request took too long to arrive.');

/** For a stream that the server ends when it stops. */
export const stopping = (): SkillsError =>
  new SkillsError('UNAVAILABLE', 'STOPPING', 'The server is stopping; open the stream again.');

export const bodyTooLarge = (): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'BODY_TOO_LARGE',
    `The body is over ${LIMITS.bodyBytesMax} bytes, or over ${LIMITS.decompressionRatioMax} times its compressed size.`,
  );

/** `what`: "headers" or "metadata". */
export const headersTooLarge = (what: string): SkillsError =>
  new SkillsError(
    'RESOURCE_EXHAUSTED',
    'HEADERS_TOO_LARGE',
    `The ${what} are over ${LIMITS.headerBytesMax} bytes.`,
  );

/** Throws HEADERS_TOO_LARGE. Sizes are those of HTTP/2 (RFC 9113, section 6.5.2); Node's own limit there is 64 KiB. */
export const rejectLargeHeaders = (what: string, headers: Readonly<Record<string, string>>): void => {
  let bytes = 0;
  for (const name in headers) bytes += name.length + headers[name]!.length + 32;
  if (bytes > LIMITS.headerBytesMax) throw headersTooLarge(what);
};

export const unsupportedMediaType = (what: string): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE', `This service cannot read ${what}.`);

/** `expected` completes "send ...". */
export const unsupportedContentType = (contentType: string | undefined, expected: string): SkillsError =>
  unsupportedMediaType(`content-type ${contentType ?? '(none)'}; send ${expected}`);

/** An error of Express, for example of a path that is not percent-encoded UTF-8. */
export const expressError = (thrown: unknown): SkillsError => {
  const { status, message } = Object(thrown) as { status?: number; message?: string };
  if (thrown instanceof SkillsError || status === undefined || status >= 500) return toSkillsError(thrown);
  return malformedRequest(`The request cannot be read: ${message}.`);
};
