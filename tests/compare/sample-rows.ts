/** The rows of a sample: latencies drawn from a distribution with a tail, bytes as each protocol frames them. */

import type { ConnectionBytes, Estimate, Kinds, Row } from '../../src/compare/run/result';
import type { Random } from '../../src/compare/scenarios/support/scenario';
import type { ProtocolName } from '../../src/contract/protocol';

export type PerProtocol = Readonly<Record<ProtocolName, number>>;

/** The plan of a scenario: medians in milliseconds, bytes of answers, and round trips. */
export interface Plan {
  readonly name: string;
  readonly question: string;
  readonly medianMs: PerProtocol;
  readonly bodyBytes: PerProtocol;
  readonly trips: PerProtocol;
}

const around = (value: number, share: number): Estimate => ({
  value,
  interval: [value * (1 - share), value * (1 + share)],
});

/** Box and Muller. One call in thirty has a pause, which makes the tail. */
const latencies = (medianMs: number, calls: number, random: Random): number[] =>
  Array.from({ length: calls }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const pause = random() < 1 / 30 ? 1.5 + 4 * random() : 1;
    return medianMs * Math.exp(0.16 * normal) * pause;
  }).sort((one, other) => one - other);

const histogram = (sorted: readonly number[]): [number, number][] => {
  const counts = new Map<number, number>();
  for (const value of sorted) {
    const edge = 1.02 ** Math.ceil(Math.log(value) / Math.log(1.02));
    counts.set(edge, (counts.get(edge) ?? 0) + 1);
  }
  return [...counts];
};

const kinds = (headers: number, framing: number, body: number, trailers: number): Kinds => ({
  headers,
  framing,
  body,
  trailers,
  total: headers + framing + body + trailers,
});

const connection = (protocol: ProtocolName, body: number, trips: number): ConnectionBytes => {
  const isHttp2 = protocol === 'grpc';
  const upBody = { rest: 0, graphql: 210, grpc: 9, soap: 240 }[protocol];
  const steadyUp = isHttp2 ? kinds(31, 35, upBody, 0) : kinds(83, 0, upBody, 0);
  const steadyDown = isHttp2 ? kinds(52, 41, body, 36) : kinds(212, 12, body, 0);
  const times = (one: Kinds): Kinds =>
    kinds(one.headers * trips, one.framing * trips, one.body, one.trailers * trips);
  const opening = (one: Kinds, headers: number, framing: number): Kinds =>
    kinds(one.headers + headers, one.framing + framing, one.body, one.trailers);
  const steady = { up: times(steadyUp), down: times(steadyDown) };
  const [headers, framing] = isHttp2 ? [140, 94] : [0, 0];
  return {
    steady,
    first: { up: opening(steady.up, headers, framing), down: opening(steady.down, 60, framing) },
  };
};

export const sampleRow = (
  { medianMs, bodyBytes, trips }: Plan,
  protocol: ProtocolName,
  random: Random,
): Row => {
  const sorted = latencies(medianMs[protocol], 900, random);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)]!;
  const toBase = around(medianMs[protocol] / medianMs.rest, 0.03);
  const [low, high] = toBase.interval;
  const verdict = low <= 1 && high >= 1 ? 'no difference' : high < 1 ? 'faster' : 'slower';
  return {
    protocol,
    calls: sorted.length,
    errors: 0,
    sampled: 45,
    warmupCalls: 160,
    warmupStable: protocol !== 'soap',
    latencyMs: {
      median: around(at(0.5), 0.02),
      p90: around(at(0.9), 0.04),
      p95: around(at(0.95), 0.06),
      p99: around(at(0.99), 0.15),
      max: sorted.at(-1)!,
    },
    ...(protocol !== 'rest' && { toBase, verdict }),
    toFastest: around(medianMs[protocol] / Math.min(...Object.values(medianMs)), 0.03),
    histogram: histogram(sorted),
    clientCpuUs: medianMs[protocol] * 390,
    serverCpuUs: medianMs[protocol] * 450,
    requests: trips[protocol],
    roundTrips: trips[protocol],
    bytes: {
      identity: connection(protocol, bodyBytes[protocol], trips[protocol]),
      gzip: connection(protocol, Math.round(bodyBytes[protocol] * 0.19 + 120), trips[protocol]),
    },
  };
};
