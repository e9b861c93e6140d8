import { closeAll, connectAll } from '../../calls/clients';
import { startRelayProcess } from '../../wire/relay-process';
/** What is measured only where it was asked for: load, distance, and where the time goes. */
import { createCaller } from '../equivalence/equal-answers';
import { loadSeconds, measureLoad } from '../load';
import { sweepScenario, sweepSeconds } from '../network/sweep';
import { type CompareOptions, drawInputs, type MeasurementContext, type ScenarioRun } from './measurement';
import type { Sweep } from './result';

const DRAWS = { load: 32, explain: 1 };
const EXPLAIN_SECONDS = 10;
const LOAD = {
  quick: { secondsPerStep: 0.2, secondsPerRate: 0.5 },
  default: { secondsPerStep: 0.5, secondsPerRate: 1 },
  thorough: { secondsPerStep: 2, secondsPerRate: 5 },
} as const;

/** About how long it takes for one scenario. */
export const extraSeconds = ({
  load,
  sweeps,
  explain: explaining,
  protocols,
  mode,
}: CompareOptions): number =>
  [
    load ? loadSeconds({ protocols, ...LOAD[mode] }) : 0,
    ...sweeps.map((over) => sweepSeconds(over, protocols)),
    explaining ? EXPLAIN_SECONDS : 0,
  ].reduce((sum, seconds) => sum + seconds, 0);

export const measureExtras = async (found: ScenarioRun, measuring: MeasurementContext): Promise<void> => {
  if (found.differences.length > 0) return;
  const { options, signal, progress, addresses, direct, random } = measuring;
  const { scenario } = found;
  const { protocols } = options;
  if (options.load) {
    const lengths = LOAD[options.mode];
    const tick = progress.step(`${scenario.name}: load`, loadSeconds({ protocols, ...lengths }));
    const draws = drawInputs(found, measuring, DRAWS.load);
    Object.assign(
      found,
      await measureLoad({ scenario, protocols, addresses, draws, random, signal, tick, ...lengths }),
    );
  }
  for (const over of options.sweeps)
    found.sweeps = [...(found.sweeps ?? []), await sweep(found, measuring, over)];
  if (options.explain) {
    const tick = progress.step(`${scenario.name}: explain`, EXPLAIN_SECONDS);
    const draws = drawInputs(found, measuring, DRAWS.explain);
    const seconds = EXPLAIN_SECONDS;
    const service = await measuring.service();
    // It brings the protocols' libraries, which no other part of a run needs in this process.
    const { explain } = await import('../explain/index.js');
    Object.assign(
      found,
      await explain({
        scenario,
        protocols,
        addresses: direct,
        service,
        draws,
        random,
        seconds,
        signal,
        tick,
      }),
    );
  }
  signal.throwIfAborted();
};

const sweep = async (
  { scenario }: ScenarioRun,
  measuring: MeasurementContext,
  over: Sweep['over'],
): Promise<Sweep> => {
  const { options, direct, signal, random, tokens, world, progress } = measuring;
  const { protocols, distance } = options;
  const relays = await startRelayProcess(direct, distance);
  const clients = connectAll(relays.addresses, tokens);
  try {
    return await sweepScenario({
      over,
      scenario,
      protocols,
      ask: (name, drawn) => createCaller(scenario, clients, name)(drawn),
      draw: () => scenario.draw(world, random),
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
