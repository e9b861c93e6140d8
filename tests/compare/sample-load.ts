/** The parts of the sample that `--load`, `--sweep` and `--explain` add, by simple models of queues and distance. */

import type { Explanation, LoadResult, Sweep } from '../../src/compare/run/result';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';

const CAPACITY: Readonly<Record<ProtocolName, number>> = {
  rest: 4100,
  graphql: 2300,
  grpc: 3200,
  soap: 1450,
};

/** A server with one thread: throughput saturates, and latency grows with the queue. */
const capacityOf = (protocol: ProtocolName): LoadResult['capacity'][number] => {
  const steps = [1, 2, 4, 8, 16, 32, 64].map((concurrency) => {
    const perSecond = CAPACITY[protocol] * (concurrency / (concurrency + 0.9)) * (1 - concurrency / 1500);
    const mean = (1000 * concurrency) / perSecond;
    return {
      concurrency,
      perSecond,
      calls: Math.round(perSecond),
      errors: 0,
      latencyMs: { mean, median: mean * 0.93, p99: mean * 2.4, max: mean * 5 },
      littlesLaw: 0.995,
      generatorBusy: Math.min(0.97, perSecond / 4300),
    };
  });
  const perSecond = Math.max(...steps.map((step) => step.perSecond));
  return { protocol, perSecond, limitedBy: protocol === 'rest' ? 'generator' : 'server', steps };
};

const openOf = (protocol: ProtocolName, share: number): LoadResult['open'][number] => {
  const ratePerSecond = CAPACITY.soap * share;
  const service = 1000 / CAPACITY[protocol];
  const median = service / Math.max(0.04, 1 - ratePerSecond / CAPACITY[protocol]);
  const failed = protocol === 'soap' && share > 0.9;
  return {
    protocol,
    share,
    ratePerSecond,
    achievedPerSecond: ratePerSecond * 0.999,
    calls: Math.round(ratePerSecond * 4),
    errors: failed ? 12 : 0,
    latencyMs: { median, p90: median * 2.1, p99: median * 4.6, p999: median * 8, max: median * 11 },
    fromSendMs: { median: median * 0.97, p99: median * 3.1 },
    lateP99Ms: 0.4,
    ...(failed && { void: '12 of 5510 calls failed' }),
  };
};

export const sampleLoad = (): LoadResult => ({
  capacity: PROTOCOL_NAMES.map(capacityOf),
  open: PROTOCOL_NAMES.flatMap((protocol) =>
    [0.2, 0.4, 0.6, 0.8, 0.95].map((share) => openOf(protocol, share)),
  ),
});

const NEAR: Readonly<Record<ProtocolName, number>> = { rest: 1.02, graphql: 1.7, grpc: 1.5, soap: 2.4 };
const TRIPS: Readonly<Record<ProtocolName, number>> = { rest: 2, graphql: 1, grpc: 2, soap: 2 };

export const sampleSweep = (): Sweep => ({
  over: 'rtt',
  unit: 'ms',
  points: [0, 1, 2, 5, 10, 20, 50, 100].map((at) => ({
    at,
    medianMs: Object.fromEntries(PROTOCOL_NAMES.map((name) => [name, NEAR[name] + TRIPS[name] * at])),
  })),
  crossovers: [
    { at: 0.2, protocols: ['grpc', 'graphql'] },
    { at: 0.68, protocols: ['rest', 'graphql'] },
  ],
});

export const sampleBandwidth = (): Sweep => ({
  over: 'bandwidth',
  unit: 'Mbit/s',
  points: [1, 10, 100].map((at) => ({
    at,
    medianMs: { rest: 0.5 + 11 / at, graphql: 0.86 + 12 / at, grpc: 0.51 + 6 / at, soap: 0.99 + 17 / at },
  })),
  crossovers: [],
});

const LADDERS: readonly (readonly [ProtocolName, number, number, number, number, number])[] = [
  ['rest', 7, 14, 190, 265, 410],
  ['graphql', 7, 96, 195, 610, 790],
  ['grpc', 7, 21, 230, 505, 520],
  ['soap', 7, 130, 195, 640, 905],
];

export const sampleExplanation = (): Explanation => ({
  ladders: LADDERS.map(([protocol, domainUs, codecUs, floorUs, bareUs, wholeUs]) => ({
    protocol,
    domainUs,
    codecUs,
    floorUs,
    bareUs,
    wholeUs,
  })),
  arms: [
    {
      name: 'JSON over HTTP/2',
      against: 'JSON over HTTP/1.1',
      separates: 'HTTP/2 from gRPC: the same JSON, served by Node itself',
      medianUs: { value: 251, interval: [244, 259] },
      ratio: { value: 1.32, interval: [1.27, 1.37] },
      verdict: 'slower',
    },
    {
      name: 'protobuf over Express',
      against: 'JSON over Express',
      separates: 'the encoding from the transport',
      medianUs: { value: 262, interval: [251, 270] },
      ratio: { value: 0.99, interval: [0.95, 1.03] },
      verdict: 'no difference',
    },
    {
      name: 'hand-written XML',
      against: 'the soap library',
      separates: 'SOAP from the library that serves it',
      medianUs: { value: 301, interval: [294, 312] },
      ratio: { value: 0.47, interval: [0.45, 0.5] },
      verdict: 'faster',
    },
  ],
});
