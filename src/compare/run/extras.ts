/** The measurements on request: load, sweeps over distance, and the explanation of where the time goes. */
import { closeAll, connectAll } from '../../calls/clients';
import { startRelayProcess } from '../../wire/relay-process';
import { createCaller } from '../equivalence/equal-answers';
import { loadSeconds, measureLoad } from '../load';
import { sweepScenario, sweepSeconds } from '../network/sweep';
import type { Scenario } from '../scenarios/support/scenario';
import { drawInputs, type MeasurementContext } from './measurement';
import type { CompareOptions } from './options';
import type { Sweep } from './result';

const DRAWS = { load: 32, explain: 1 };
const EXPLAIN_SECONDS = 10;
const LOAD = {
  quick: { secondsPerStep: 0.2, secondsPerRate: 0.5 },
  default: { secondsPerStep: 0.5, secondsPerRate: 1 },
  thorough: { secondsPerStep: 2, secondsPerRate: 5 },
} as const;

/** The approximate duration for one scenario. */
export const extraSeconds = ({ load, sweeps, explain, protocols, mode }: CompareOptions): number =>
  [
    load ? loadSeconds({ protocols, ...LOAD[mode] }) : 0,
    ...sweeps.map((over) => sweepSeconds(over, protocols)),
    explain ? EXPLAIN_SECONDS : 0,
  ].reduce((sum, seconds) => sum + seconds, 0);

export const measureExtras = async (scenario: Scenario, context: MeasurementContext): Promise<void> => {
  const { options, signal, emit } = context;
  if (options.load) emit({ scenario, ...(await measureScenarioLoad(scenario, context)) });
  for (const over of options.sweeps) emit({ scenario, sweep: await measureSweep(scenario, context, over) });
  if (options.explain) emit({ scenario, ...(await explainScenario(scenario, context)) });
  signal.throwIfAborted();
};

const measureScenarioLoad = (scenario: Scenario, context: MeasurementContext) => {
  const { options, signal, progress, addresses, random } = context;
  const { protocols } = options;
  const durations = LOAD[options.mode];
  const tick = progress.step(`${scenario.name}: load`, loadSeconds({ protocols, ...durations }));
  const draws = drawInputs(scenario, context, DRAWS.load);
  return measureLoad({ scenario, protocols, addresses, draws, random, signal, tick, ...durations });
};

const measureSweep = async (
  scenario: Scenario,
  context: MeasurementContext,
  over: Sweep['over'],
): Promise<Sweep> => {
  const { options, directAddresses, signal, random, tokens, catalogue, progress } = context;
  const { protocols, distance } = options;
  const relays = await startRelayProcess(directAddresses, distance);
  const clients = connectAll(relays.addresses, tokens);
  try {
    return await sweepScenario({
      over,
      scenario,
      protocols,
      call: (name, drawn) => createCaller(scenario, clients, name)(drawn),
      draw: () => scenario.draw(catalogue, random),
      setDistance: relays.setDistance,
      base: distance,
      random,
      signal,
      tick: progress.step(`${scenario.name}: sweep over ${over}`, sweepSeconds(over, protocols)),
    });
  } finally {
    await closeAll(clients);
    await relays.stop();
  }
};

const explainScenario = async (scenario: Scenario, context: MeasurementContext) => {
  const { options, signal, progress, directAddresses, random } = context;
  const tick = progress.step(`${scenario.name}: explain`, EXPLAIN_SECONDS);
  const draws = drawInputs(scenario, context, DRAWS.explain);
  const service = await context.service();
  // Loaded here, as no other part of a run needs the protocols' libraries in this process.
  const { explain } = await import('../explain/index.js');
  return explain({
    scenario,
    protocols: options.protocols,
    addresses: directAddresses,
    service,
    draws,
    random,
    seconds: EXPLAIN_SECONDS,
    signal,
    tick,
  });
};
