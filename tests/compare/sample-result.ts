/** A complete ComparisonResult, generated: the same seed gives the same figures, and every optional part occurs once. */

import { type ComparisonResult, resultSchema, type ScenarioResult } from '../../src/compare/run/result';
import { createRandom } from '../../src/compare/scenarios/support/random';
import type { Random } from '../../src/compare/scenarios/support/scenario';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { sampleBandwidth, sampleExplanation, sampleLoad, sampleSweep } from './sample-load';
import { type PerProtocol, type Plan, sampleRow } from './sample-rows';

const SEED = 20260;

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

const scenario = (plan: Plan, random: Random): ScenarioResult => ({
  name: plan.name,
  question: plan.question,
  base: 'rest',
  differences: [],
  rows: PROTOCOL_NAMES.map((protocol) => sampleRow(plan, protocol, random)),
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

const scenarios = (random: Random): ScenarioResult[] => {
  const [one, nested, naive, well] = PLANS.map((plan) => scenario(plan, random)) as [
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

/** Parsed by the schema, so that it is a valid result. */
export const sampleResult = (): ComparisonResult => {
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
    scenarios: scenarios(createRandom(SEED)),
    effort: [
      {
        protocol: 'rest',
        adapterLines: 640,
        sharedLines: 410,
        contractLines: 720,
        dependencies: 66,
        installBytes: 4.4e6,
      },
      {
        protocol: 'graphql',
        adapterLines: 790,
        sharedLines: 430,
        contractLines: 310,
        dependencies: 121,
        installBytes: 21.9e6,
      },
      {
        protocol: 'grpc',
        adapterLines: 610,
        sharedLines: 190,
        contractLines: 260,
        dependencies: 31,
        installBytes: 12.3e6,
      },
      // As in a result of an older version, without shared lines.
      { protocol: 'soap', adapterLines: 830, contractLines: 610, dependencies: 38, installBytes: 9.1e6 },
    ],
  } satisfies ComparisonResult);
};

/** The result after Ctrl+C: one scenario complete, one begun, and no figures of the processes. */
export const interruptedResult = (): ComparisonResult => {
  const { effort: _, ...whole } = sampleResult();
  const [one, nested] = whole.scenarios as [ScenarioResult, ScenarioResult];
  const { base: __, ...begun } = { ...nested, rows: [] };
  return resultSchema.parse({ ...whole, ended: 'interrupted', processes: {}, scenarios: [one, begun] });
};

/** One protocol, at another implementation's address without a relay, and few calls. */
export const leastResult = (): ComparisonResult => {
  const { effort: _, ...whole } = sampleResult();
  const [one] = whole.scenarios as [ScenarioResult];
  const { bytes: __, serverCpuUs: ___, requests: ____, roundTrips: _____, ...row } = one.rows[0]!;
  return resultSchema.parse({
    ...whole,
    options: { ...whole.options, protocols: ['rest'], addresses: { rest: 'http://rest.example' } },
    processes: {},
    scenarios: [
      {
        name: one.name,
        question: one.question,
        base: 'rest',
        differences: [],
        rows: [{ ...row, calls: 90 }],
      },
    ],
  });
};
