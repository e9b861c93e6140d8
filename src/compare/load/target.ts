/** The target of the two loops: it has the requests and the expected responses, and the loops only count. */
import { setTimeout } from 'node:timers/promises';

export interface LoadTarget {
  /**
   * Sends request `index` modulo the number of requests. Resolves to whether the response was the expected one; rejects
   * with an Error of one line without a response. Calls `onSend` when a connection takes the request.
   */
  send(index: number, onSend?: () => void): Promise<boolean>;
  /** Ends all connections; requests without a response reject. */
  close(): Promise<void>;
}

/** Resolves to true if the work ends in time, to false at the timeout or when the signal aborts. */
export const endsWithin = async (
  work: Promise<unknown>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> => {
  const ended = new AbortController();
  const either = signal ? AbortSignal.any([ended.signal, signal]) : ended.signal;
  const timeout = setTimeout(timeoutMs, false, { signal: either }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    ended.abort();
  }
};

/** One line. Node's error for a host name whose addresses all refuse the connection has a code and no message. */
export const describeError = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return (message || code || String(error)).replace(/\s+/g, ' ');
};
