/** A cursor over the bytes of one direction of a connection: each byte that it takes is counted under one kind. */

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down';

/** Bytes by what they are for. */
export interface ByteCounts {
  readonly headers: number;
  readonly framing: number;
  readonly body: number;
  readonly trailers: number;
  readonly total: number;
}

export type ByteKind = Exclude<keyof ByteCounts, 'total'>;

export class ByteReader {
  readonly counts = { headers: 0, framing: 0, body: 0, trailers: 0 };
  /** True after a read beyond the end of the bytes: the recording ends within a message. */
  isCut = false;
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.position === this.bytes.length;
  }

  /** Returns fewer bytes where the recording ends before. */
  take(kind: ByteKind, length: number): Buffer {
    const taken = this.bytes.subarray(this.position, this.position + length);
    this.isCut ||= taken.length < length;
    this.position += taken.length;
    this.counts[kind] += taken.length;
    return taken;
  }

  takeRest(kind: ByteKind): Buffer {
    return this.take(kind, this.bytes.length - this.position);
  }

  /** Returns the text up to and with the mark, or the rest where the mark does not follow. */
  takeThrough(kind: ByteKind, mark: string): string {
    const index = this.bytes.indexOf(mark, this.position);
    if (index >= 0) return this.take(kind, index + mark.length - this.position).toString('latin1');
    this.isCut = true;
    return this.takeRest(kind).toString('latin1');
  }

  peek(length: number): string {
    return this.bytes.toString('latin1', this.position, this.position + length);
  }
}
