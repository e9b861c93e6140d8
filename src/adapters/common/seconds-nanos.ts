/** Milliseconds as protobuf's pair of seconds and nanoseconds (google.protobuf.Timestamp and Duration). */

export interface SecondsNanos {
  readonly seconds?: number;
  /** 0 to 999,999,999, also before 1970. */
  readonly nanos?: number;
}

export const encodeDuration = (ms: number): SecondsNanos => {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 };
};

export const decodeDuration = ({ seconds = 0, nanos = 0 }: SecondsNanos = {}): number =>
  seconds * 1000 + nanos / 1_000_000;

/** `time` is RFC 3339. proto3 does not send a zero, so whole seconds have no nanoseconds. */
export const encodeTimestamp = (time: string): SecondsNanos => {
  const { seconds, nanos } = encodeDuration(Date.parse(time));
  return { seconds, nanos: nanos || undefined };
};

export const decodeTimestamp = (time?: SecondsNanos): string => new Date(decodeDuration(time)).toISOString();
