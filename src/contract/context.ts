/** The context of a call: what a client sends beside the input, in headers or metadata, and what the server adds. */
import { invalidArgument } from './errors';
import { LIMITS } from './limits';
import type { Payer } from './rate-limit';
import type { ObservedCall } from './telemetry';

export interface CallContext {
  /** Identifies the request in the logs of client and server. The response has the same id. */
  readonly requestId?: string;
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** After this time, the call rejects with DEADLINE_EXCEEDED. Client and server both enforce it. */
  readonly timeoutMs?: number;
  /** A bearer token (RFC 6750) with the caller's identity and scopes. */
  readonly token?: string;
  /** For 24 hours, calls with the same key and the same input have one effect, through any protocol. */
  readonly idempotencyKey?: string;
  /** W3C Trace Context: the client's span in a trace. */
  readonly traceparent?: string;

  // The server adds the following members; clients do not send them.

  /** Creates a signal that aborts when the client disconnects. A signal for each read would cost more than the read. */
  readonly disconnected?: () => AbortSignal;

  /** The client's address; only trusted proxies can set it. */
  readonly peer?: string;
  /** Only the authentication policy sets it, from the token. */
  readonly caller?: Caller;
  /** Present if the request was charged at its arrival. */
  readonly charge?: Charge;
  /** Present if telemetry is enabled: records this call. */
  readonly observed?: ObservedCall;
}

/** The identity in a verified token. */
export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
  /** False for a token that a service got for itself: its subject is the service (RFC 9068, section 2.2). */
  readonly learner: boolean;
}

/** The points that a request paid at its arrival. The policies use them up. */
export interface Charge {
  /** The bearer token of the Authorization header, and its verification. */
  readonly token?: string;
  readonly verification?: Caller | Promise<Caller>;
  /** Raises the points paid to `points`. Throws or rejects with RATE_LIMITED. */
  raiseTo(points: number): void | Promise<void>;
  /**
   * Pays for a part of the request with the points paid, and charges the payer for the rest. Points that another payer
   * paid move to this one. Throws or rejects with RATE_LIMITED.
   */
  settle(payer: Payer, points: number): void | Promise<void>;
}

/** Throws UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED), or UNAVAILABLE if the keys cannot be fetched. */
export type VerifyToken = (token: string) => Caller | Promise<Caller>;

export interface TokenClaims {
  readonly subject: string;
  readonly scopes?: readonly string[];
  /** True if the subject is a person. Default true. */
  readonly learner?: boolean;
  /** Lifetime. Default one hour. */
  readonly seconds?: number;
}

export type IssueToken = (claims: TokenClaims) => Promise<string>;

const VISIBLE = /^[\x21-\x7e]+$/;

/** Tells whether a header can carry the id in every protocol. */
export const isRequestId = (requestId: string): boolean =>
  VISIBLE.test(requestId) && requestId.length <= LIMITS.requestIdCharsMax;

/** Returns the id, or throws INVALID_ARGUMENT. Clients call this before they send, and the server calls it too. */
export const checkedRequestId = (requestId: string): string => {
  if (isRequestId(requestId)) return requestId;
  throw invalidArgument('X-Request-Id', `must be 1 to ${LIMITS.requestIdCharsMax} visible ASCII characters`);
};

/** The characters of a structured string that need no escape (RFC 9651, section 3.3.3). */
const IDEMPOTENCY_KEY = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export const checkedIdempotencyKey = (key: string): string => {
  if (IDEMPOTENCY_KEY.test(key) && key.length <= LIMITS.idempotencyKeyCharsMax) return key;
  const what = `must be 1 to ${LIMITS.idempotencyKeyCharsMax} visible ASCII characters without quotes and backslashes`;
  throw invalidArgument('idempotencyKey', what);
};

/** RFC 6750, section 2.1. */
const TOKEN_PATTERN = /^[\w.~+/-]+=*$/;

/** Tells whether a header can carry the token. Clients check this before they send, and servers check it too. */
export const isToken = (token: string): boolean =>
  TOKEN_PATTERN.test(token) && token.length <= LIMITS.tokenCharsMax;

/** The scheme and the token in one expression, because every authenticated call is matched against it. */
const BEARER = new RegExp(`^Bearer +(${TOKEN_PATTERN.source.slice(1, -1)}) *$`, 'i');

/** The token of an Authorization header; undefined for credentials that are not one bearer token. */
export const bearerToken = (authorization: string): string | undefined => {
  const token = BEARER.exec(authorization)?.[1];
  return token !== undefined && token.length <= LIMITS.tokenCharsMax ? token : undefined;
};

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** W3C Trace Context, section 3.2: an invalid traceparent is ignored and not rejected. */
export const isTraceparent = (traceparent: string): boolean => TRACEPARENT.test(traceparent);
