/** Builds the result of a run from its steps. */

import { createRandom } from '../scenarios/support/random';
import type { Random, Scenario } from '../scenarios/support/scenario';
import { measureEffort } from './effort';
import {
  describeMachine,
  findCommit,
  readLibraryVersions,
  readToolVersion,
  startNoiseMeasurement,
} from './machine';
import type { ScenarioStep, Step } from './measurement';
import type { CompareOptions } from './options';
import { type ComparisonResult, RESULT_VERSION, type ScenarioResult } from './result';
import { buildRows } from './rows';

/** The members of a result that are read before the first measurement. */
export const startResult = () => {
  const commit = findCommit();
  return {
    startTime: new Date().toISOString(),
    ...(commit !== undefined && { commit }),
    toolVersion: readToolVersion(),
    machine: describeMachine(),
    endNoise: startNoiseMeasurement(),
  };
};

/** `failure` is the message of the error that ended the run early. */
export const buildResult = (
  { endNoise, ...start }: ReturnType<typeof startResult>,
  options: CompareOptions,
  steps: readonly Step[],
  failure: string | undefined,
): ComparisonResult => {
  const interrupted = options.signal.aborted;
  const random = createRandom(options.seed);
  return {
    format: 'api-rosetta/compare',
    version: RESULT_VERSION,
    ...start,
    noise: endNoise(),
    libraries: readLibraryVersions(),
    store: describeStore(options),
    options: describeOptions(options),
    ended: interrupted ? 'interrupted' : failure === undefined ? 'complete' : 'failed',
    ...(failure !== undefined && !interrupted && { failure }),
    processes: mergeProcesses(steps),
    scenarios: options.scenarios.flatMap((scenario) => {
      const own = steps.filter((step) => 'scenario' in step).filter((step) => step.scenario === scenario);
      return own.length > 0 ? [buildScenarioResult(scenario, own, options, random)] : [];
    }),
    effort: measureEffort(),
  };
};

const buildScenarioResult = (
  { name, question }: Scenario,
  steps: readonly ScenarioStep[],
  { protocols, raw }: CompareOptions,
  random: Random,
): ScenarioResult => {
  const timings = steps.flatMap((step) => step.timings ?? []);
  const {
    bytes = {},
    load,
    noLoad,
    explanation,
    noExplanation,
  } = Object.assign({}, ...steps) as ScenarioStep;
  const sweeps = steps.flatMap((step) => step.sweep ?? []);
  return {
    name,
    question,
    base: protocols[0],
    differences: [...steps, ...timings].flatMap(({ differences = [] }) => differences),
    rows: buildRows({ timings, bytes, protocols, random, raw }),
    ...(load && { load }),
    ...(noLoad !== undefined && { noLoad }),
    ...(sweeps.length > 0 && { sweeps }),
    ...(explanation && { explanation }),
    ...(noExplanation !== undefined && { noExplanation }),
  };
};

/** The start of the first repeat, and the peak of all. */
const mergeProcesses = (steps: readonly Step[]): ComparisonResult['processes'] => {
  const merged: ComparisonResult['processes'] = {};
  for (const { processes } of steps.filter((step) => 'processes' in step)) {
    for (const [name, { startMs, peakMemoryBytes }] of Object.entries(processes)) {
      const before = merged[name as keyof typeof merged];
      merged[name as keyof typeof merged] = {
        startMs: before?.startMs ?? startMs,
        peakMemoryBytes: Math.max(peakMemoryBytes, before?.peakMemoryBytes ?? 0),
      };
    }
  }
  return merged;
};

const describeStore = ({ addresses, protocols, skills }: CompareOptions): string =>
  protocols.every((name) => addresses[name] !== undefined)
    ? 'the store of the measured servers'
    : `${skills} made-up skills, SQLite (WAL) for what is written, reads from memory; one process and one copy for each protocol`;

const describeOptions = (options: CompareOptions): ComparisonResult['options'] => {
  const { mode, seed, secondsPerScenario, repeat, skills, distance, protocols, addresses } = options;
  return {
    mode,
    seed,
    secondsPerScenario,
    repeat,
    skills,
    ...distance,
    protocols: [...protocols],
    addresses,
  };
};
