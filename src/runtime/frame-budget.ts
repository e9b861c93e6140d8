/** Frame floods: the bytes of an HTTP/2 connection that carry neither a call nor a message are limited by rate. */
import type { Socket } from 'node:net';

/** Overhead that a connection may send at once, for example 128 KiB of PING, SETTINGS or empty DATA frames. */
const BURST_BYTES = 128 * 1024;
const BYTES_PER_SECOND = 16 * 1024;
/** The headers of a call. Calls are limited by admission. */
const CALL_BYTES = 1024;
/** A message in many small frames is overhead, because each frame is an event. */
const FRAME_BYTES = 256;
/** A client acknowledges what it reads with WINDOW_UPDATE frames of 13 bytes. */
const WRITTEN_PER_BYTE = 64;
/** Streams that the client resets. Node itself closes a connection that resets 1,000 at once (CVE-2023-44487). */
const RESETS_PER_SECOND = 200;

export class FrameBudget {
  private balance = BURST_BYTES;
  private earned = 0;
  private resets = 0;
  private read = 0;
  private written = 0;

  constructor(private readonly socket: Pick<Socket, 'bytesRead' | 'bytesWritten'>) {}

  addCall(): void {
    this.earned += CALL_BYTES;
  }

  addFrame(bytes: number): void {
    this.earned += bytes - FRAME_BYTES;
  }

  addReset(): void {
    this.resets += 1;
  }

  /** Tells whether the connection has sent more frames than its budget allows. It must be called once a second. */
  isExceeded(): boolean {
    const { bytesRead = 0, bytesWritten = 0 } = this.socket;
    const acknowledged = (bytesWritten - this.written) / WRITTEN_PER_BYTE;
    const overhead = bytesRead - this.read - this.earned - acknowledged;
    this.balance = Math.min(BURST_BYTES, this.balance + BYTES_PER_SECOND - overhead);
    const hasTooManyResets = this.resets > RESETS_PER_SECOND;
    this.read = bytesRead;
    this.written = bytesWritten;
    this.earned = 0;
    this.resets = 0;
    return this.balance < 0 || hasTooManyResets;
  }
}
