/** CallContext as HTTP headers. `Request-Timeout`, in seconds, is ours: no standard exists. */
import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import {
  bearerToken,
  type CallContext,
  checkedRequestId,
  isToken,
  isTraceparent,
} from '../../contract/context';
import { invalidArgument, malformedToken, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { type RequestInfo, requestInfoOf } from '../../runtime/request-info';

const SECONDS = /^\d{1,9}(\.\d{1,9})?$/;

/** Whole milliseconds, at most the server's own limit. A timeout that is not above 0 has passed already. */
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

/**
 * What HTTP headers and gRPC metadata have in common. Throws INVALID_ARGUMENT or UNAUTHENTICATED for an invalid header.
 * Every field of the context is set, also to undefined: V8 takes ten times as long to copy an object and add a field.
 */
export const decodeHeaders = (
  { 'x-request-id': given, authorization, traceparent }: IncomingHttpHeaders,
  { peer, observed, charge }: RequestInfo,
  decodeTimeoutMs: () => number | undefined,
): CallContext => ({
  requestId: given === undefined ? observed?.requestId : checkedRequestId(String(given)),
  signal: undefined,
  timeoutMs: decodeTimeoutMs(),
  token: authorization === undefined ? undefined : decodeToken(authorization),
  idempotencyKey: undefined,
  traceparent: typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined,
  disconnected: undefined,
  peer,
  caller: undefined,
  charge,
  observed,
});

export const decodeHttpContext = (request: IncomingMessage, response: ServerResponse): CallContext => {
  const { headers } = request;
  const timeout = headers['request-timeout'];
  const decodeTimeoutMs = () => (timeout === undefined ? undefined : decodeTimeout(String(timeout)));
  const context = decodeHeaders(headers, requestInfoOf(request), decodeTimeoutMs);
  return { ...context, disconnected: disconnectSignal(response) };
};

/** All operations of a request share one signal, which is made when it is first needed. */
const disconnectSignal = (response: ServerResponse): (() => AbortSignal) => {
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

/** Only the server's log shows this error. */
export const clientDisconnected = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'CALLER_GONE', 'The client disconnected before the response.');

/** RFC 6750, section 2.1. Throws UNAUTHENTICATED for a token that a header cannot carry. */
const encodeToken = (token: string): string => {
  if (isToken(token)) return `Bearer ${token}`;
  throw malformedToken();
};

/** Throws UNAUTHENTICATED for credentials that are not one bearer token. */
export const decodeToken = (authorization: string): string => {
  const token = bearerToken(authorization);
  if (token !== undefined) return token;
  throw malformedToken();
};

const decodeTimeout = (seconds: string): number => {
  if (!SECONDS.test(seconds)) throw invalidArgument('Request-Timeout', 'must be a number of seconds');
  return Math.min(Number(seconds) * 1000, LIMITS.timeoutMsMax);
};
