/** What travels beside a call's input, in headers or metadata. */
import { invalid } from './errors';
import { LIMITS } from './limits';

export interface CallContext {
  /** Sent with the call and given back with its answer, so that two logs can be laid side by side. */
  readonly requestId?: string;
  /** The caller no longer wants the answer: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Past this, the call rejects with DEADLINE_EXCEEDED, on whichever side notices first. */
  readonly timeoutMs?: number;
}

const REQUEST_ID = /^[\x21-\x7e]+$/;

/** What a header can carry, in every protocol. */
export const isRequestId = (requestId: string): boolean =>
  REQUEST_ID.test(requestId) && requestId.length <= LIMITS.requestIdCharsMax;

/** The same, or INVALID_ARGUMENT: said by clients before they send, and by the service. */
export const checkedRequestId = (requestId: string): string => {
  if (isRequestId(requestId)) return requestId;
  throw invalid('X-Request-Id', `must be 1 to ${LIMITS.requestIdCharsMax} visible ASCII characters`);
};
