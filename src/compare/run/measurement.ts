/** The steps of a run, and everything that one step needs. */
import type { Timings } from '../latency/latency';
import type { measureBytes } from '../network/bytes';
import type { Random, Scenario } from '../scenarios/support/scenario';
import type { CompareOptions } from './options';
import type { Progress } from './progress';
import type { ComparisonResult, ScenarioResult, Sweep } from './result';
import type { Testbed } from './testbed';

export type ScenarioBytes = Awaited<ReturnType<typeof measureBytes>>;

/** One step's measurement of one scenario: each step fills one or two members. */
export interface ScenarioStep
  extends Pick<ScenarioResult, 'load' | 'noLoad' | 'explanation' | 'noExplanation'> {
  readonly scenario: Scenario;
  /** Differences between the answers, found before any timing; never empty. */
  readonly differences?: readonly string[];
  readonly timings?: Timings;
  readonly bytes?: ScenarioBytes;
  readonly sweep?: Sweep;
}

export interface ProcessStep {
  readonly processes: ComparisonResult['processes'];
}

export type Step = ScenarioStep | ProcessStep;

/** Takes each step as soon as it has ended: whatever ends the run later, the step stays in its result. */
export type Emit = (step: Step) => void;

export interface MeasurementContext extends Testbed {
  readonly options: CompareOptions;
  /** Draws the inputs: a scenario has the same inputs, whichever other scenarios are measured with it. */
  readonly random: Random;
  /** Draws the order of turns, apart from the inputs, so that a longer run begins with the inputs of a shorter one. */
  readonly turns: Random;
  readonly progress: Progress;
  readonly isFirstRepeat: boolean;
  readonly emit: Emit;
}

export const drawInputs = (
  scenario: Scenario,
  { catalogue, random }: MeasurementContext,
  count: number,
): unknown[] => Array.from({ length: count }, () => scenario.draw(catalogue, random));
