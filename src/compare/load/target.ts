/** What the two loops put under load: it knows its requests and the right answers to them; the loops only count. */
import { setTimeout } from 'node:timers/promises';

export interface LoadTarget {
  /**
   * Sends request `index`, counted round. Resolves with whether the answer was the right one; rejects with an Error of
   * one line where there was none. `onSend` is called when the request is handed to a connection.
   */
  send(index: number, onSend?: () => void): Promise<boolean>;
  /** Ends all connections; what is still unanswered rejects. */
  close(): Promise<void>;
}

/** Whether the work ended in time. False as soon as the signal aborts, too. */
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

/** Node's error for an address with two families, of which neither answers, has a code and no message. */
export const describeError = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return (message || code || String(error)).replace(/\s+/g, ' ');
};
