/** Backpressure of an HTTP/2 connection: its further calls wait while its client leaves large responses unread. */
import type { Turns } from './turns';

/** Half of the largest answer, so that the responses of a client that reads nothing are few. */
const UNREAD_BYTES_MAX = 1024 * 1024;
const PAUSE_MS = 1000;

/** The unread responses of a connection, and its calls that wait for the client to read them. */
export class UnreadResponses {
  private readonly waiting: (() => void)[] = [];
  private bytes = 0;

  constructor(private readonly turns: Turns) {}

  /** Starts the call in turn, and after the client has read enough. */
  start(call: () => void): void {
    this.turns.start(() => {
      if (this.bytes <= UNREAD_BYTES_MAX) call();
      else this.waiting.push(call);
      return this.bytes <= UNREAD_BYTES_MAX;
    });
  }

  /** Adds the bytes of a response, until the returned function is called. */
  add(bytes: number): () => void {
    this.bytes += bytes;
    let left = bytes;
    return () => {
      this.bytes -= left;
      left = 0;
      this.startNext();
    };
  }

  /** Starts no call for a second: the response of the next one would wait in memory like the one that was cancelled. */
  pause(): void {
    setTimeout(this.add(UNREAD_BYTES_MAX + 1), PAUSE_MS).unref();
  }

  /** One call at a time, because the size of its response is not known before. */
  private readonly startNext = (): void => {
    if (this.bytes > UNREAD_BYTES_MAX) return;
    const call = this.waiting.shift();
    if (!call) return;
    this.start(call);
    setImmediate(this.startNext);
  };
}
