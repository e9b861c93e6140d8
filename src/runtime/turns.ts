/** Fair use of the event loop: the calls of a server start in several turns of the loop if they take long. */

/** A turn of the loop that takes longer delays the calls to the other servers of this process. */
const LONG_TURN_MS = 20;
const SHORT_TURN_MS = 5;
const CALLS_MAX = 8;

/** Returns false if the call does not start, because its client has disconnected or has to read other responses first. */
export type Start = () => boolean;

/**
 * Starts a call at once, or in a later turn of the event loop if the current turn has reached its limit of calls. The limit
 * is one at first and after a long turn, because the calls of a burst start before it is known how long they take. It
 * rises after a short turn that reached it.
 */
export class Turns {
  private readonly waiting: Start[] = [];
  private callsMax = 1;
  private started = 0;
  private startMs = 0;

  constructor(private readonly upperLimit: number = CALLS_MAX) {}

  start(call: Start): void {
    if (this.isFull() || this.waiting.length > 0) this.waiting.push(call);
    else this.run(call);
  }

  private isFull(): boolean {
    return this.started > 0 && (this.started >= this.callsMax || this.elapsedMs() > LONG_TURN_MS);
  }

  private elapsedMs(): number {
    return performance.now() - this.startMs;
  }

  private run(call: Start): void {
    if (this.started === 0) {
      this.startMs = performance.now();
      setImmediate(this.end);
    }
    this.started += 1;
    if (!call()) this.started = Math.max(1, this.started - 1);
  }

  /** Runs after the callbacks of this turn, and after the promises that they have settled. */
  private readonly end = (): void => {
    const tookMs = this.elapsedMs();
    const reachedLimit = this.started >= this.callsMax;
    if (tookMs > LONG_TURN_MS) this.callsMax = 1;
    else if (tookMs < SHORT_TURN_MS && reachedLimit)
      this.callsMax = Math.min(this.upperLimit, this.callsMax + 1);
    this.started = 0;
    let count = 0;
    while (count < this.waiting.length && !this.isFull()) {
      const call = this.waiting[count++] as Start;
      this.run(call);
    }
    this.waiting.splice(0, count);
  };
}
