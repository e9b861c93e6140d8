/**
 * Network distance: how it is written, and a simulated link with that delay and rate. The model leaves out loss, jitter,
 * TCP's slow start (on a real link a first large response takes more round trips), TCP and IP headers, and fairness: the
 * bytes of all connections leave in the order in which they came.
 */
import { performance } from 'node:perf_hooks';

export interface Distance {
  /** Both directions together: each takes half. */
  readonly rttMs: number;
  /** The rate of each direction, in 10^6 bits per second. Absent means unlimited. */
  readonly bandwidthMbit?: number;
}

/** Milliseconds, 0 to 10,000. Throws an Error of one line. */
export const parseDuration = (text: string): number =>
  parseQuantity(text, 'duration', '50ms or 0.1s', { ms: 0, s: 3 }, (ms) =>
    ms > 10_000 ? 'is too long; the maximum is 10s' : undefined,
  );

/** Mbit/s, above 0 to 100,000. Throws an Error of one line. */
export const parseBandwidth = (text: string): number =>
  parseQuantity(text, 'bandwidth', '10mbit or 1gbit', { kbit: -3, mbit: 0, gbit: 3 }, (mbit) => {
    if (mbit === 0) return 'must be above 0; write 10mbit or 1gbit';
    return mbit > 100_000 ? 'is too high; the maximum is 100gbit' : undefined;
  });

/** Units are powers of ten, so that 2.3s is 2300 and not 2299.9999999999995. */
const parseQuantity = (
  text: string,
  quantity: string,
  examples: string,
  units: Readonly<Record<string, number>>,
  findViolation: (value: number) => string | undefined,
): number => {
  const [, digits, unit = ''] = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const quoted = JSON.stringify(text);
  if (digits && unit === '') throw new Error(`${quoted} has no unit; write ${examples}`);
  const power = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (!digits || power === undefined) throw new Error(`${quoted} is not a ${quantity}; write ${examples}`);
  const value = Number(`${digits}e${power}`);
  const violation = findViolation(value);
  if (violation) throw new Error(`${quoted} ${violation}`);
  return value;
};

/** One direction of a simulated link, shared by all connections. Deliveries keep the order of their sends. */
export interface Link {
  /** Delivers a long chunk in pieces, as a receiver on a slow link gets it. */
  send(chunk: Buffer, deliver: (piece: Buffer) => void): void;
  /** Delivers an event without a size, after the bytes before it. */
  sendSignal(deliver: () => void): void;
  /** Applies to later sends. */
  setDistance(distance: Distance): void;
  /** Drops all pending deliveries. */
  stop(): void;
}

/** The payload of a TCP segment on Ethernet. */
const SEGMENT_BYTES = 1448;

export const createLink = (distance: Distance): Link => {
  let { rttMs, bandwidthMbit = Number.POSITIVE_INFINITY } = distance;
  /** When the last byte sent so far has left the sender. */
  let freeAtMs = 0;
  const pending: { atMs: number; deliver: () => void }[] = [];
  const timer = createPreciseTimer(() => deliverDue());

  const deliverDue = () => {
    for (let next = pending[0]; next; next = pending[0]) {
      if (next.atMs > performance.now()) return timer.set(next.atMs);
      pending.shift();
      next.deliver();
    }
  };

  const schedule = (bytes: number, deliver: () => void) => {
    freeAtMs = Math.max(performance.now(), freeAtMs) + (bytes * 8) / (bandwidthMbit * 1000);
    // After the distance was shortened, a delivery still waits for the ones before it.
    pending.push({ atMs: freeAtMs + rttMs / 2, deliver });
    if (pending.length === 1) deliverDue();
  };

  return {
    send: (chunk, deliver) => {
      const pieceBytes = Math.max(SEGMENT_BYTES, Math.floor((bandwidthMbit * 1000) / 8));
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = chunk.subarray(start, start + pieceBytes);
        schedule(piece.length, () => deliver(piece));
      }
    },
    sendSignal: (deliver) => schedule(0, deliver),
    setDistance: (next) => {
      ({ rttMs, bandwidthMbit = Number.POSITIVE_INFINITY } = next);
    },
    stop: timer.clear,
  };
};

/**
 * Node's timers are exact to a millisecond or two, as long as the delays simulated here. So the timer ends early, and the
 * rest of the wait turns the event loop, which still reads from sockets meanwhile.
 */
const createPreciseTimer = (onTime: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const clear = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
  const set = (atMs: number): void => {
    clear();
    const leftMs = atMs - performance.now();
    if (leftMs <= 0) onTime();
    else if (leftMs < 2) immediate = setImmediate(set, atMs);
    else timer = setTimeout(set, Math.floor(leftMs) - 1, atMs);
  };
  return { set, clear };
};
