/** CallContext as HTTP headers. `Request-Timeout`, in seconds, is ours: no standard exists. */
import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import {
  type CallContext,
  checkedRequestId,
  isRequestId,
  isToken,
  isTraceparent,
  TOKEN_PATTERN,
} from '../../contract/context';
import { invalidArgument, malformedToken, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { requestInfoOf } from '../../runtime/request-info';

const SECONDS = /^\d{1,9}(\.\d{1,9})?$/;

/** Whole milliseconds, no more than the service would wait; what is not above 0 is over already. */
export const clampTimeoutMs = (timeoutMs: number): number =>
  timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), LIMITS.timeoutMsMax) : 0;

export const encodeHttpContext = ({
  requestId,
  timeoutMs,
  token,
  traceparent,
}: CallContext): Record<string, string> => ({
  ...(requestId !== undefined && { 'x-request-id': checkedRequestId(requestId) }),
  ...(timeoutMs !== undefined && { 'request-timeout': String(clampTimeoutMs(timeoutMs) / 1000) }),
  ...(token !== undefined && { authorization: encodeToken(token) }),
  ...(traceparent !== undefined && isTraceparent(traceparent) && { traceparent }),
});

/** Every field, also where it is absent: V8 takes ten times as long over a copy that has a field more. Throws what is wrong with a header. */
export const decodeHttpContext = (request: IncomingMessage, response: ServerResponse): CallContext => {
  const { 'x-request-id': given, 'request-timeout': timeout, authorization, traceparent } = request.headers;
  const { peer, observed } = requestInfoOf(request);
  const requestId = given === undefined ? observed?.requestId : checkedRequestId(String(given));
  return {
    requestId,
    signal: undefined,
    timeoutMs: timeout === undefined ? undefined : decodeTimeout(String(timeout)),
    token: authorization === undefined ? undefined : decodeToken(authorization),
    idempotencyKey: undefined,
    traceparent: typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined,
    disconnected: goneSignal(response),
    peer,
    caller: undefined,
    observed,
  };
};

/** One for all operations of a request, however many wait for its caller. */
const goneSignal = (response: ServerResponse): (() => AbortSignal) => {
  let signal: AbortSignal | undefined;
  return () => {
    if (signal) return signal;
    const controller = new AbortController();
    const abort = () => {
      if (!response.writableFinished) controller.abort(clientDisconnected());
    };
    if (response.closed) abort();
    else response.once('close', abort);
    signal = controller.signal;
    setMaxListeners(0, signal);
    return signal;
  };
};

/** Nobody will read this but our own log. */
export const clientDisconnected = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'CALLER_GONE', 'The caller went away before the answer.');

/** RFC 6750, section 2.1. Throws UNAUTHENTICATED for a token that no header can carry. */
export const encodeToken = (token: string): string => {
  if (isToken(token)) return `Bearer ${token}`;
  throw malformedToken();
};

export const decodeToken = (authorization: string): string => {
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined && token.length <= LIMITS.tokenCharsMax) return token;
  throw malformedToken();
};

/** The scheme, and what isToken wants, in one look: this is read with every call of whoever is signed in. */
const BEARER = new RegExp(`^Bearer +(${TOKEN_PATTERN.source.slice(1, -1)}) *$`, 'i');

const decodeTimeout = (seconds: string): number => {
  if (!SECONDS.test(seconds)) throw invalidArgument('Request-Timeout', 'must be a number of seconds');
  return Math.min(Number(seconds) * 1000, LIMITS.timeoutMsMax);
};

/** The request's id goes back with the answer, also with an error: the caller's own, or what was made for the log. */
export const requestIdHeader = (request: IncomingMessage): Record<string, string> => {
  const { 'x-request-id': given } = request.headers as IncomingHttpHeaders;
  const requestId =
    typeof given === 'string' && isRequestId(given) ? given : requestInfoOf(request).observed?.requestId;
  return requestId === undefined ? {} : { 'X-Request-Id': requestId };
};
