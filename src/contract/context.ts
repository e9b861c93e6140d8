/** What travels beside a call's input, in headers, metadata or a SOAP header. */
export interface CallContext {
  /** Sent with the call and given back with its answer, so that two logs can be laid side by side. */
  readonly requestId?: string;
  /** The caller no longer wants the answer: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Past this, the call rejects with DEADLINE_EXCEEDED, on whichever side notices first. */
  readonly timeoutMs?: number;
}
