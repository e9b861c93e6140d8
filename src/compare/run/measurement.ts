import type { PartialAddresses } from '../../calls/clients';
/** What a run was asked for, what it has found so far, and what a scenario is measured with. */
import type { ProtocolName } from '../../contract/protocol';
import type { Distance } from '../../wire/distance';
import type { Timings } from '../latency/latency';
import type { measureBytes } from '../network/bytes';
import type { Random, Scenario } from '../scenarios/support/scenario';
import type { Progress } from './progress';
import type { ComparisonResult, ScenarioResult } from './result';
import type { Testbed } from './testbed';

export interface CompareOptions {
  readonly mode: ComparisonResult['options']['mode'];
  readonly scenarios: readonly Scenario[];
  readonly protocols: readonly ProtocolName[];
  /** Of servers to measure instead of our own. */
  readonly addresses: PartialAddresses;
  /** What those want of whoever writes. */
  readonly token?: string;
  readonly secondsPerScenario: number;
  /** Each in fresh processes. */
  readonly repeat: number;
  /** Of what is asked, in which order, and of the bootstrap. */
  readonly seed: number;
  /** How many made-up ones our own servers hold. */
  readonly skills: number;
  readonly distance: Distance;
  readonly sweeps: readonly ('rtt' | 'bandwidth')[];
  readonly load: boolean;
  readonly explain: boolean;
  readonly raw: boolean;
  readonly progress: (doing: string, share: number, secondsLeft: number) => void;
  /** Ends the run at once; what was measured is returned. */
  readonly signal: AbortSignal;
}

/** What has been found so far: whatever ends the run, this much is kept. */
export interface ScenarioRun extends Omit<ScenarioResult, 'rows'> {
  readonly scenario: Scenario;
  readonly timings: Timings[];
  bytes: Awaited<ReturnType<typeof measureBytes>>;
}

export interface MeasurementContext extends Testbed {
  readonly options: CompareOptions;
  /** Of what is asked: the same for a scenario, whichever others are measured with it. */
  readonly random: Random;
  /** Of the order in which protocols take turns, apart, so that a longer run asks the same and goes on. */
  readonly turns: Random;
  readonly progress: Progress;
  /** Of the repeats. */
  readonly first: boolean;
}

export const drawInputs = (
  found: ScenarioRun,
  { world, random }: MeasurementContext,
  count: number,
): unknown[] => Array.from({ length: count }, () => found.scenario.draw(world, random));
