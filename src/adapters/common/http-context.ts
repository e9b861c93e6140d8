/** CallContext as HTTP headers. `Request-Timeout`, in seconds, is ours: no standard exists. */
import type { IncomingHttpHeaders } from 'node:http';
import { type CallContext, checkedRequestId, isRequestId } from '../../contract/context';
import { invalid } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

const SECONDS = /^\d{1,9}(\.\d{1,9})?$/;

/** Whole milliseconds, no more than the service would wait; what is not above 0 is over already. */
export const boundedMs = (timeoutMs: number): number =>
  timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), LIMITS.timeoutMsMax) : 0;

export const encodeHttpContext = ({ requestId, timeoutMs }: CallContext): Record<string, string> => ({
  ...(requestId !== undefined && { 'x-request-id': checkedRequestId(requestId) }),
  ...(timeoutMs !== undefined && { 'request-timeout': String(boundedMs(timeoutMs) / 1000) }),
});

export const decodeHttpContext = (headers: IncomingHttpHeaders): CallContext => {
  const { 'x-request-id': requestId, 'request-timeout': timeout } = headers;
  if (requestId === undefined && timeout === undefined) return {};
  return {
    ...(requestId !== undefined && { requestId: checkedRequestId(String(requestId)) }),
    ...(timeout !== undefined && { timeoutMs: decodeTimeout(String(timeout)) }),
  };
};

const decodeTimeout = (seconds: string): number => {
  if (!SECONDS.test(seconds)) throw invalid('Request-Timeout', 'must be a number of seconds');
  return Math.min(Number(seconds) * 1000, LIMITS.timeoutMsMax);
};

/** The caller's request id goes back with the answer, also with an error. */
export const answerHeaders = ({ 'x-request-id': requestId }: IncomingHttpHeaders): Record<string, string> =>
  typeof requestId === 'string' && isRequestId(requestId) ? { 'X-Request-Id': requestId } : {};
