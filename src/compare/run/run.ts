/** The comparison: prove that the answers are equal, then measure what each costs; what differs is not timed. */

import type { Answer } from '../../calls/answers';
import type { ProtocolName } from '../../contract/protocol';
import { checkEqualAnswers, createCaller, isExpectedAnswer } from '../equivalence/equal-answers';
import { timeLatency } from '../latency/latency';
import { measureBytes } from '../network/bytes';
import { createRandom, deriveSeed } from '../scenarios/support/random';
import { pick, type Random } from '../scenarios/support/scenario';
import { measureEffort } from './effort';
import { extraSeconds, measureExtras } from './extras';
import {
  describeMachine,
  findCommit,
  readLibraryVersions,
  readToolVersion,
  startNoiseMeasurement,
} from './machine';
import { type CompareOptions, drawInputs, type MeasurementContext, type ScenarioRun } from './measurement';
import { Progress } from './progress';
import { type ComparisonResult, RESULT_VERSION, type ScenarioResult } from './result';
import { buildRows } from './rows';
import { type ServerProcesses, startServerProcesses } from './server-processes';
import { openTestbed, type Testbed } from './testbed';

/** What is not one operation takes many calls, or writes; so fewer of it. */
const DRAWS = { gate: 3, bytes: 10, bytesOfMany: 4 };
/** Of each server's process. */
const START_SECONDS = 0.7;
const BYTES_SECONDS = 0.7;
/** Of all scenarios together. */
const warmUpSeconds = ({ secondsPerScenario }: CompareOptions): number => Math.min(10, secondsPerScenario);
/** Never rejects for what happens to a run: `ended` and `failure` say it, beside all that was measured until then. */
export const compare = async (options: CompareOptions): Promise<ComparisonResult> => {
  const startTime = new Date().toISOString();
  const machine = describeMachine();
  const noise = startNoiseMeasurement();
  const version = commitAndVersion();
  const founds = options.scenarios.map(
    (scenario): ScenarioRun => ({
      scenario,
      name: scenario.name,
      question: scenario.question,
      differences: [],
      timings: [],
      bytes: {},
    }),
  );
  const processes: ComparisonResult['processes'] = {};
  const progress = progressOf(options);
  let failure: string | undefined;
  try {
    for (let repeat = 0; repeat < options.repeat; repeat += 1) {
      await runRepeat(options, repeat, founds, processes, progress);
    }
  } catch (error) {
    failure = (error as Error).message;
  }
  const interrupted = options.signal.aborted;
  const random = createRandom(options.seed);
  return {
    format: 'api-rosetta/compare',
    version: RESULT_VERSION,
    startTime,
    ...version,
    machine,
    noise: noise(),
    libraries: readLibraryVersions(),
    store: storeText(options),
    options: optionsOf(options),
    ended: interrupted ? 'interrupted' : failure === undefined ? 'complete' : 'failed',
    ...(failure !== undefined && !interrupted && { failure }),
    processes,
    scenarios: founds
      .filter(({ differences, timings }) => differences.length + timings.length > 0)
      .map((found) => scenarioResult(found, options, random)),
    effort: measureEffort(),
  };
};

const scenarioResult = (
  { scenario: _, timings, bytes, ...found }: ScenarioRun,
  { protocols, raw }: CompareOptions,
  random: Random,
): ScenarioResult => ({
  ...found,
  base: protocols[0],
  differences: [...found.differences, ...timings.flatMap(({ differences }) => differences)],
  rows: buildRows({ timings, bytes, protocols, random, raw }),
});

/** One set of server processes, and every scenario against it. Bytes and the extras need one repeat only. */
const runRepeat = async (
  options: CompareOptions,
  repeat: number,
  founds: readonly ScenarioRun[],
  processes: ComparisonResult['processes'],
  progress: Progress,
): Promise<void> => {
  const ours = options.protocols.filter((name) => options.addresses[name] === undefined);
  const started = progress.step('starting the servers', START_SECONDS * ours.length);
  const servers = await startServerProcesses(ours, options);
  started(1);
  const signal = AbortSignal.any([options.signal, servers.died]);
  try {
    const stage = await openTestbed(options, servers, signal);
    try {
      await measureAll(stage, options, repeat, founds, progress);
    } finally {
      await stage.close();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    // A server that has died has no peak to tell.
    await notePeaks(servers, processes).catch(() => {});
    await servers.stop();
  }
};

const measureAll = async (
  stage: Testbed,
  options: CompareOptions,
  repeat: number,
  founds: readonly ScenarioRun[],
  progress: Progress,
): Promise<void> => {
  const measuring = (name: string): MeasurementContext => {
    const [random, turns] = ['questions', 'turns'].map((what) =>
      createRandom(deriveSeed(options.seed, name, what, String(repeat))),
    ) as [Random, Random];
    return { ...stage, options, random, turns, progress, first: repeat === 0 };
  };
  const warmed = progress.step('warming up', warmUpSeconds(options));
  await warmUp(founds, measuring('warm-up'), warmUpSeconds(options));
  warmed(1);
  for (const found of founds) {
    await measureScenario(found, measuring(found.name));
    stage.signal.throwIfAborted();
  }
  if (repeat < options.repeat - 1) return;
  for (const found of founds) await measureExtras(found, measuring(`${found.name}, extras`));
};

/** A question of any scenario through every protocol, again and again: what the scenarios share is warm before the first. */
const warmUp = async (
  founds: readonly ScenarioRun[],
  measuring: MeasurementContext,
  seconds: number,
): Promise<void> => {
  const { clients, options, random, signal } = measuring;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && !signal.aborted) {
    const found = pick(founds, random);
    const [drawn] = drawInputs(found, measuring, 1);
    for (const protocol of options.protocols) await createCaller(found.scenario, clients, protocol)(drawn);
  }
};

const measureScenario = async (found: ScenarioRun, measuring: MeasurementContext): Promise<void> => {
  const { clients, tokens, options, servers, world, random, turns, signal, progress, direct } = measuring;
  const { scenario } = found;
  const { protocols } = options;
  if (found.differences.length > 0) return;
  found.differences.push(
    ...(await checkEqualAnswers(scenario, clients, protocols, drawInputs(found, measuring, DRAWS.gate))),
  );
  if (found.differences.length > 0) return;
  const draws = drawInputs(found, measuring, scenario.call ? DRAWS.bytes : DRAWS.bytesOfMany);
  const step = progress.step(scenario.name, options.secondsPerScenario);
  found.timings.push(
    await timeLatency({
      contestants: protocols.map((name) => ({ name, ask: createCaller(scenario, clients, name) })),
      draw: () => scenario.draw(world, random),
      succeeded: (answer: Answer) => isExpectedAnswer(scenario, answer),
      seconds: options.secondsPerScenario,
      random: turns,
      serverCpuUs: async (name) => (await servers.byProtocol.get(name as ProtocolName)?.usage())?.cpuUs,
      signal,
      tick: step,
    }),
  );
  step(1);
  if (measuring.first && !signal.aborted) {
    const counted = progress.step(`${scenario.name}: bytes`, BYTES_SECONDS);
    found.bytes = await measureBytes({ scenario, protocols, addresses: direct, tokens, draws, signal });
    counted(1);
  }
};

const notePeaks = async (
  { byProtocol }: ServerProcesses,
  processes: ComparisonResult['processes'],
): Promise<void> => {
  for (const [name, { startMs, usage }] of byProtocol) {
    const { peakMemoryBytes } = await usage();
    const before = processes[name];
    processes[name] = {
      startMs: before?.startMs ?? startMs,
      peakMemoryBytes: Math.max(peakMemoryBytes, before?.peakMemoryBytes ?? 0),
    };
  }
};

const progressOf = (options: CompareOptions): Progress => {
  const { repeat, scenarios, secondsPerScenario, protocols } = options;
  const perScenario = repeat * secondsPerScenario + BYTES_SECONDS + extraSeconds(options);
  return new Progress(
    repeat * (START_SECONDS * protocols.length + warmUpSeconds(options)) + scenarios.length * perScenario,
    options.progress,
  );
};

const commitAndVersion = () => {
  const commit = findCommit();
  return { ...(commit !== undefined && { commit }), toolVersion: readToolVersion() };
};

const storeText = ({ addresses, protocols, skills }: CompareOptions): string =>
  protocols.every((name) => addresses[name] !== undefined)
    ? 'that of the servers given'
    : `${skills} made-up skills, SQLite (WAL) for what is written, reads from memory; one process and one copy for each protocol`;

const optionsOf = (options: CompareOptions): ComparisonResult['options'] => {
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
