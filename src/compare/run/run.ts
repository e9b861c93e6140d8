/** The comparison: proves that the answers are equal, then measures what each costs. Unequal answers are not timed. */
import type { Answer } from '../../calls/answers';
import type { ProtocolName } from '../../contract/protocol';
import { checkEqualAnswers, createCaller, isExpectedAnswer } from '../equivalence/equal-answers';
import { timeLatency } from '../latency/latency';
import { measureBytes } from '../network/bytes';
import { createRandom, deriveSeed } from '../scenarios/support/random';
import { pick, type Random, type Scenario } from '../scenarios/support/scenario';
import { buildResult, startResult } from './build-result';
import { extraSeconds, measureExtras } from './extras';
import { drawInputs, type Emit, type MeasurementContext, type Step } from './measurement';
import type { CompareOptions } from './options';
import { Progress } from './progress';
import type { ComparisonResult } from './result';
import { type ServerProcesses, startServerProcesses } from './server-processes';
import { openTestbed, type Testbed } from './testbed';

/** The number of inputs. A scenario of many operations has fewer, as each input takes many calls. */
const DRAWS = { equality: 3, bytes: 10, bytesOfMany: 4 };
/** For each server process. */
const START_SECONDS = 0.7;
const BYTES_SECONDS = 0.7;
/** For all scenarios together. */
const warmUpSeconds = ({ secondsPerScenario }: CompareOptions): number => Math.min(10, secondsPerScenario);

/** Resolves even if the run fails: `ended` and `failure` report that, beside all measurements until then. */
export const compare = async (options: CompareOptions): Promise<ComparisonResult> => {
  const start = startResult();
  const progress = createProgress(options);
  const steps: Step[] = [];
  const emit: Emit = (step) => steps.push(step);
  let failure: string | undefined;
  try {
    for (let repeat = 0; repeat < options.repeat; repeat += 1) {
      const equal = options.scenarios.filter((scenario) => !hasDifferences(steps, scenario));
      if (equal.length === 0) break;
      await runRepeat({ ...options, scenarios: equal }, repeat, progress, emit);
    }
  } catch (error) {
    failure = (error as Error).message;
  }
  return buildResult(start, options, steps, failure);
};

const hasDifferences = (steps: readonly Step[], scenario: Scenario): boolean =>
  steps.some((step) => 'scenario' in step && step.scenario === scenario && step.differences !== undefined);

/** Starts one set of server processes and measures every scenario against it. */
const runRepeat = async (
  options: CompareOptions,
  repeat: number,
  progress: Progress,
  emit: Emit,
): Promise<void> => {
  const own = options.protocols.filter((name) => options.addresses[name] === undefined);
  const tick = progress.step('starting the servers', START_SECONDS * own.length);
  const servers = await startServerProcesses(own, options);
  tick(1);
  const signal = AbortSignal.any([options.signal, servers.died]);
  try {
    const testbed = await openTestbed(options, servers, signal);
    try {
      await measureAll(testbed, options, repeat, progress, emit);
    } finally {
      await testbed.close();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    emit({ processes: await readProcesses(servers) });
    await servers.stop();
  }
};

/** Bytes are counted in the first repeat only, and the extras are measured in the last. */
const measureAll = async (
  testbed: Testbed,
  options: CompareOptions,
  repeat: number,
  progress: Progress,
  emit: Emit,
): Promise<void> => {
  const createContext = (name: string): MeasurementContext => {
    const [random, turns] = ['questions', 'turns'].map((purpose) =>
      createRandom(deriveSeed(options.seed, name, purpose, String(repeat))),
    ) as [Random, Random];
    return { ...testbed, options, random, turns, progress, isFirstRepeat: repeat === 0, emit };
  };
  const tick = progress.step('warming up', warmUpSeconds(options));
  await warmUp(createContext('warm-up'), warmUpSeconds(options));
  tick(1);
  const equal: Scenario[] = [];
  for (const scenario of options.scenarios) {
    if (await measureScenario(scenario, createContext(scenario.name))) equal.push(scenario);
    testbed.signal.throwIfAborted();
  }
  if (repeat < options.repeat - 1) return;
  for (const scenario of equal) await measureExtras(scenario, createContext(`${scenario.name}, extras`));
};

/** Calls random scenarios through every protocol, so that the code that scenarios share is warm before the first. */
const warmUp = async (context: MeasurementContext, seconds: number): Promise<void> => {
  const { clients, options, random, signal } = context;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && !signal.aborted) {
    const scenario = pick(options.scenarios, random);
    const [drawn] = drawInputs(scenario, context, 1);
    for (const protocol of options.protocols) await createCaller(scenario, clients, protocol)(drawn);
  }
};

/** Returns whether the answers were equal before the timing. */
const measureScenario = async (scenario: Scenario, context: MeasurementContext): Promise<boolean> => {
  const { clients, tokens, options, servers, catalogue, random, turns, signal, progress, emit } = context;
  const { protocols, secondsPerScenario: seconds } = options;
  const inputs = drawInputs(scenario, context, DRAWS.equality);
  const differences = await checkEqualAnswers(scenario, clients, protocols, inputs);
  if (differences.length > 0) {
    emit({ scenario, differences });
    return false;
  }
  const draws = drawInputs(scenario, context, scenario.call ? DRAWS.bytes : DRAWS.bytesOfMany);
  const tick = progress.step(scenario.name, seconds);
  const timings = await timeLatency({
    contestants: protocols.map((name) => ({ name, call: createCaller(scenario, clients, name) })),
    draw: () => scenario.draw(catalogue, random),
    succeeded: (answer: Answer) => isExpectedAnswer(scenario, answer),
    seconds,
    random: turns,
    serverCpuUs: async (name) => (await servers.byProtocol.get(name as ProtocolName)?.usage())?.cpuUs,
    signal,
    tick,
  });
  emit({ scenario, timings });
  tick(1);
  if (context.isFirstRepeat && !signal.aborted) {
    const tickBytes = progress.step(`${scenario.name}: bytes`, BYTES_SECONDS);
    const addresses = context.directAddresses;
    emit({ scenario, bytes: await measureBytes({ scenario, protocols, addresses, tokens, draws, signal }) });
    tickBytes(1);
  }
  return true;
};

/** Leaves out a server that has ended, as its usage can no longer be read. */
const readProcesses = async ({ byProtocol }: ServerProcesses): Promise<ComparisonResult['processes']> => {
  const entries = Array.from(byProtocol, async ([name, { startMs, usage }]) => {
    const { peakMemoryBytes } = await usage();
    return [name, { startMs, peakMemoryBytes }] as const;
  });
  const settled = await Promise.allSettled(entries);
  return Object.fromEntries(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
};

const createProgress = (options: CompareOptions): Progress => {
  const { repeat, scenarios, secondsPerScenario, protocols } = options;
  const perScenario = repeat * secondsPerScenario + BYTES_SECONDS + extraSeconds(options);
  return new Progress(
    repeat * (START_SECONDS * protocols.length + warmUpSeconds(options)) + scenarios.length * perScenario,
    options.progress,
  );
};
