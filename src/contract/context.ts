/** What travels beside a call's input, in headers or metadata, and what the guards learned of the call. */
import { invalidArgument } from './errors';
import { LIMITS } from './limits';
import type { ObservedCall } from './telemetry';

export interface CallContext {
  /** Sent with the call and given back with its answer, so that two logs can be laid side by side. */
  readonly requestId?: string;
  /** The caller no longer wants the answer: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Past this, the call rejects with DEADLINE_EXCEEDED, on whichever side notices first. */
  readonly timeoutMs?: number;
  /** A bearer token (RFC 6750): who calls, and what that caller may. */
  readonly token?: string;
  /** The same key with the same input has one effect for 24 hours, however often and through whichever protocol. */
  readonly idempotencyKey?: string;
  /** W3C Trace Context: the caller's place in a trace. */
  readonly traceparent?: string;

  // What a server adds; no client sends these.

  /** A signal that the caller went away: made when asked for, as it would cost a small read more than its answer. */
  readonly disconnected?: () => AbortSignal;

  /** The address that the call came from, as far as proxies are trusted to say. */
  readonly peer?: string;
  /** Set by the guard from the token, and by nobody else. */
  readonly caller?: Caller;
  /** Where somebody watches: takes notes of this call. */
  readonly observed?: ObservedCall;
}

/** Whom a verified token speaks for. */
export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
  /** A person: a token that a service got for itself has the service as its subject (RFC 9068, section 2.2). */
  readonly learner: boolean;
}

/** Whom a token speaks for. Throws UNAUTHENTICATED (TOKEN_INVALID, TOKEN_EXPIRED), or UNAVAILABLE where it can't be told. */
export type VerifyToken = (token: string) => Caller | Promise<Caller>;

export interface TokenClaims {
  readonly subject: string;
  readonly scopes?: readonly string[];
  /** Whether the subject is a person; true when absent. */
  readonly learner?: boolean;
  /** An hour when absent. */
  readonly seconds?: number;
}

export type IssueToken = (claims: TokenClaims) => Promise<string>;

const VISIBLE = /^[\x21-\x7e]+$/;

/** What a header can carry, in every protocol. */
export const isRequestId = (requestId: string): boolean =>
  VISIBLE.test(requestId) && requestId.length <= LIMITS.requestIdCharsMax;

/** The same, or INVALID_ARGUMENT: said by clients before they send, and by the service. */
export const checkedRequestId = (requestId: string): string => {
  if (isRequestId(requestId)) return requestId;
  throw invalidArgument('X-Request-Id', `must be 1 to ${LIMITS.requestIdCharsMax} visible ASCII characters`);
};

/** What stands between the quotes of a structured string without an escape (RFC 9651, section 3.3.3). */
const IDEMPOTENCY_KEY = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export const checkedIdempotencyKey = (key: string): string => {
  if (IDEMPOTENCY_KEY.test(key) && key.length <= LIMITS.idempotencyKeyCharsMax) return key;
  const what = `must be 1 to ${LIMITS.idempotencyKeyCharsMax} visible ASCII characters without quotes and backslashes`;
  throw invalidArgument('idempotencyKey', what);
};

/** RFC 6750, section 2.1. */
export const TOKEN_PATTERN = /^[\w.~+/-]+=*$/;

/** A token that no header can carry is no token: said by clients before they send, and by servers. */
export const isToken = (token: string): boolean =>
  TOKEN_PATTERN.test(token) && token.length <= LIMITS.tokenCharsMax;

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** W3C Trace Context, section 3.2: one that is not well formed is ignored, not refused. */
export const isTraceparent = (traceparent: string): boolean => TRACEPARENT.test(traceparent);
