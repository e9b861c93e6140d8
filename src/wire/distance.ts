/**
 * A distance: how it is written, and a line that has it. A line knows delay and rate only. Not modelled: loss, jitter,
 * the slow start of TCP (a first large answer takes more round trips on a real line), headers of TCP and IP, and
 * fairness, as bytes of all connections leave in the order in which they came.
 */
import { performance } from 'node:perf_hooks';

export interface Distance {
  /** There and back: each direction takes half of it. */
  readonly rttMs: number;
  /** Of each direction, 10^6 bits per second. Unlimited when absent. */
  readonly bandwidthMbit?: number;
}

/** Milliseconds, 0 to 10,000. Throws an Error of one line. */
export const parseDuration = (text: string): number =>
  parseQuantity(text, 'duration', '50ms or 0.1s', { ms: 0, s: 3 }, (ms) =>
    ms > 10_000 ? 'is too long; 10s is the longest' : undefined,
  );

/** Mbit/s, above 0 to 100,000. Throws an Error of one line. */
export const parseBandwidth = (text: string): number =>
  parseQuantity(text, 'bandwidth', '10mbit or 1gbit', { kbit: -3, mbit: 0, gbit: 3 }, (mbit) => {
    if (mbit === 0) return 'lets nothing through; write 10mbit or 1gbit';
    return mbit > 100_000 ? 'is too much; 100gbit is the most' : undefined;
  });

/** Units are powers of ten, so that 2.3s is 2300 and not 2299.9999999999995. */
const parseQuantity = (
  text: string,
  kind: string,
  examples: string,
  units: Readonly<Record<string, number>>,
  fault: (value: number) => string | undefined,
): number => {
  const [, digits, unit = ''] = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const quoted = JSON.stringify(text);
  if (digits && unit === '') throw new Error(`${quoted} has no unit; write ${examples}`);
  const power = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (!digits || power === undefined) throw new Error(`${quoted} is no ${kind}; write ${examples}`);
  const value = Number(`${digits}e${power}`);
  const found = fault(value);
  if (found) throw new Error(`${quoted} ${found}`);
  return value;
};

/** One direction, shared by all connections. What is given to it arrives in the order in which it was given. */
export interface Link {
  /** The chunk arrives in pieces where it takes long, as a receiver on a slow line sees it. */
  carry(chunk: Buffer, arrive: (piece: Buffer) => void): void;
  /** An event that takes no room on the line, after the bytes before it. */
  signal(arrive: () => void): void;
  /** For what is sent from now on. */
  setDistance(distance: Distance): void;
  /** What is under way never arrives. */
  stop(): void;
}

/** What a TCP segment carries on Ethernet. */
const SEGMENT_BYTES = 1448;

export const createLink = (distance: Distance): Link => {
  let { rttMs, bandwidthMbit = Number.POSITIVE_INFINITY } = distance;
  /** When the last byte so far has left. */
  let freeMs = 0;
  const underWay: { atMs: number; arrive: () => void }[] = [];
  const alarm = createPreciseTimer(() => deliver());

  const deliver = () => {
    for (let next = underWay[0]; next; next = underWay[0]) {
      if (next.atMs > performance.now()) return alarm.set(next.atMs);
      underWay.shift();
      next.arrive();
    }
  };

  const send = (bytes: number, arrive: () => void) => {
    freeMs = Math.max(performance.now(), freeMs) + (bytes * 8) / (bandwidthMbit * 1000);
    // Where the distance has become shorter, this waits for what was sent before.
    underWay.push({ atMs: freeMs + rttMs / 2, arrive });
    if (underWay.length === 1) deliver();
  };

  return {
    carry: (chunk, arrive) => {
      const pieceBytes = Math.max(SEGMENT_BYTES, Math.floor((bandwidthMbit * 1000) / 8));
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        const piece = chunk.subarray(start, start + pieceBytes);
        send(piece.length, () => arrive(piece));
      }
    },
    signal: (arrive) => send(0, arrive),
    setDistance: (next) => {
      ({ rttMs, bandwidthMbit = Number.POSITIVE_INFINITY } = next);
    },
    stop: alarm.clear,
  };
};

/**
 * A timer is right to a millisecond or two, which is as long as what is to be waited for. So it is set to end early, and
 * the rest is spent going round the event loop, which still reads what comes in meanwhile.
 */
const createPreciseTimer = (ring: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const clear = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
  const set = (atMs: number): void => {
    clear();
    const leftMs = atMs - performance.now();
    if (leftMs <= 0) ring();
    else if (leftMs < 2) immediate = setImmediate(set, atMs);
    else timer = setTimeout(set, Math.floor(leftMs) - 1, atMs);
  };
  return { set, clear };
};
