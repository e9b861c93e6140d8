/** The time for which the machine did not run the server or the measuring process, which must not count as a stall. */
import { readFileSync } from 'node:fs';

const EVERY_MS = 10;
/** A timer of a process that runs normally is late by less than this. */
const TOLERATED_MS = 5;

/** How long the main thread of a process was ready to run and waited for a processor so far (Linux, proc/schedstat). */
const waitedMsOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    // The process has ended; other checks report that.
    return 0;
  }
};

/**
 * Every 10 ms it adds the longer of two times: by how much its own timer was late, and for how long the server waited for a
 * processor. The attackers, the regular clients and other programs share the processors with the server.
 */
export class ProcessorWait {
  readonly #pid: number;
  #last = performance.now();
  #lastServerMs: number;
  #totalMs = 0;

  constructor(serverPid: number) {
    this.#pid = serverPid;
    this.#lastServerMs = waitedMsOf(serverPid);
    setInterval(() => this.totalMs(), EVERY_MS).unref();
  }

  /** All of this time since the start, in milliseconds. */
  totalMs(): number {
    const [now, serverMs] = [performance.now(), waitedMsOf(this.#pid)];
    const elapsedMs = now - this.#last;
    const lateMs = elapsedMs - EVERY_MS > TOLERATED_MS ? elapsedMs - EVERY_MS : 0;
    const waitedMs = Math.min(elapsedMs, serverMs - this.#lastServerMs);
    this.#totalMs += Math.max(lateMs, waitedMs);
    [this.#last, this.#lastServerMs] = [now, serverMs];
    return this.#totalMs;
  }
}
