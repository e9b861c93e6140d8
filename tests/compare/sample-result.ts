/** A whole ComparisonResult, made in code: the same seed gives the same figures, and every optional part is there once. */

import { seeded } from '../../src/compare/random';
import {
  type ComparisonResult,
  type ConnectionBytes,
  type Estimate,
  type Kinds,
  type Row,
  resultSchema,
  type ScenarioResult,
} from '../../src/compare/result';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { sampleBandwidth, sampleExplanation, sampleLoad, sampleSweep } from './sample-load';

const SEED = 20260;
let random = seeded(SEED);

type PerProtocol = Readonly<Record<ProtocolName, number>>;

/** What a scenario is made from: medians in milliseconds, answers in bytes and round trips. */
interface Plan {
  readonly name: string;
  readonly question: string;
  readonly medianMs: PerProtocol;
  readonly bodyBytes: PerProtocol;
  readonly trips: PerProtocol;
}

const ONE: PerProtocol = { rest: 1, graphql: 1, grpc: 1, soap: 1 };

const PLANS: readonly Plan[] = [
  {
    name: 'one-skill',
    question: 'one skill by its id',
    medianMs: { rest: 0.499, graphql: 0.863, grpc: 0.506, soap: 0.991 },
    bodyBytes: { rest: 640, graphql: 702, grpc: 402, soap: 980 },
    trips: ONE,
  },
  {
    name: 'page-200-nested',
    question: 'a page of 200 skills, each with the names of its categories',
    medianMs: { rest: 6.1, graphql: 4.4, grpc: 7.9, soap: 31.5 },
    bodyBytes: { rest: 131_000, graphql: 139_000, grpc: 88_000, soap: 171_000 },
    trips: { ...ONE, graphql: 1 },
  },
  {
    name: 'screen-naive',
    question: 'one screen: a category, its first 10 skills and their prerequisites, asked one by one',
    medianMs: { rest: 6.4, graphql: 12.2, grpc: 11.9, soap: 15.1 },
    bodyBytes: { rest: 2600, graphql: 2900, grpc: 1300, soap: 6900 },
    trips: { rest: 18.4, graphql: 18.4, grpc: 18.4, soap: 18.4 },
  },
  {
    name: 'screen-well',
    question: 'the same screen with as few round trips as each style allows',
    medianMs: { rest: 1.02, graphql: 0.71, grpc: 1.5, soap: 2.4 },
    bodyBytes: { rest: 1500, graphql: 1410, grpc: 800, soap: 2900 },
    trips: { rest: 2, graphql: 1, grpc: 2, soap: 2 },
  },
];

const around = (value: number, share: number): Estimate => ({
  value,
  interval: [value * (1 - share), value * (1 + share)],
});

/** Box and Muller; a call in thirty meets a pause, which makes the tail. */
const latencies = (medianMs: number, calls: number): number[] =>
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

const row = ({ medianMs, bodyBytes, trips }: Plan, protocol: ProtocolName): Row => {
  const sorted = latencies(medianMs[protocol], 900);
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

const scenario = (plan: Plan): ScenarioResult => ({
  name: plan.name,
  question: plan.question,
  base: 'rest',
  differences: [],
  rows: PROTOCOL_NAMES.map((protocol) => row(plan, protocol)),
});

const FAILED: ScenarioResult = {
  name: 'learning-path',
  question: 'everything to learn before a skill, in order',
  differences: [
    `--- rest
+++ soap
@@ -1,7 +1,7 @@
 [
   {
     "id": "git",
-    "level": "basic",
+    "level": "advanced",
     "name": "Git"
   }
 ]`,
  ],
  rows: [],
};

const withVoid = (scenario: ScenarioResult): ScenarioResult => ({
  ...scenario,
  rows: scenario.rows.map((row) =>
    row.protocol === 'soap' ? { ...row, errors: 3, void: '3 of 900 calls failed: deadline exceeded' } : row,
  ),
});

const scenarios = (): ScenarioResult[] => {
  const [one, nested, naive, well] = PLANS.map(scenario) as [
    ScenarioResult,
    ScenarioResult,
    ScenarioResult,
    ScenarioResult,
  ];
  return [
    {
      ...one,
      load: sampleLoad(),
      sweeps: [sampleSweep(), sampleBandwidth()],
      explanation: sampleExplanation(),
    },
    nested,
    { ...naive, noLoad: 'It is more than one operation.', noExplanation: 'It is more than one operation.' },
    { ...withVoid(well), sweeps: [sampleSweep()] },
    FAILED,
  ];
};

const MACHINE: ComparisonResult['machine'] = {
  processor: 'Example CPU @ 3.0 GHz',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  platform: 'linux x64',
  node: 'v20.20.2',
};

const LIBRARIES = {
  express: '5.3.0',
  '@apollo/server': '5.5.1',
  graphql: '16.15.0',
  '@grpc/grpc-js': '1.14.7',
  soap: '1.13.0',
  undici: '7.30.2',
};

/** The schema has the last word on whether it is one. */
export const sampleResult = (): ComparisonResult => {
  random = seeded(SEED);
  return resultSchema.parse({
    format: 'api-rosetta/compare',
    version: 1,
    startTime: '2025-11-22T10:30:00.000Z',
    commit: '0123456789abcdef0123456789abcdef01234567+',
    toolVersion: '0.1.0',
    machine: MACHINE,
    noise: { jitter: 1.08, loadAverage: 0.42, stealShare: 0.004 },
    libraries: LIBRARIES,
    store: 'SQLite, 1000 generated skills',
    options: {
      mode: 'default',
      seed: SEED,
      secondsPerScenario: 4,
      repeat: 1,
      skills: 1000,
      rttMs: 0,
      protocols: [...PROTOCOL_NAMES],
      addresses: {},
    },
    ended: 'complete',
    processes: {
      rest: { startMs: 512, peakMemoryBytes: 118e6 },
      graphql: { startMs: 811, peakMemoryBytes: 151e6 },
      grpc: { startMs: 604, peakMemoryBytes: 126e6 },
      soap: { startMs: 690, peakMemoryBytes: 139e6 },
    },
    scenarios: scenarios(),
    effort: [
      { protocol: 'rest', adapterLines: 640, contractLines: 720, dependencies: 66, installBytes: 4.4e6 },
      { protocol: 'graphql', adapterLines: 790, contractLines: 310, dependencies: 121, installBytes: 21.9e6 },
      { protocol: 'grpc', adapterLines: 610, contractLines: 260, dependencies: 31, installBytes: 12.3e6 },
      { protocol: 'soap', adapterLines: 830, contractLines: 610, dependencies: 38, installBytes: 9.1e6 },
    ],
  } satisfies ComparisonResult);
};

/** As Ctrl-C leaves it: one scenario whole, one begun, nothing counted for the processes' end. */
export const interruptedResult = (): ComparisonResult => {
  const { effort: _, ...whole } = sampleResult();
  const [one, nested] = whole.scenarios as [ScenarioResult, ScenarioResult];
  const { base: __, ...begun } = { ...nested, rows: [] };
  return resultSchema.parse({ ...whole, ended: 'interrupted', processes: {}, scenarios: [one, begun] });
};
