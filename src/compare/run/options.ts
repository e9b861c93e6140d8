/** The options of a comparison, and the durations of its modes. */
import type { PartialAddresses } from '../../calls/clients';
import type { ProtocolName } from '../../contract/protocol';
import type { Distance } from '../../wire/distance';
import type { Scenario } from '../scenarios/support/scenario';
import type { ComparisonResult } from './result';

type Mode = ComparisonResult['options']['mode'];

/** `seconds` is the time for each scenario in each repeat. */
export const MODES = {
  quick: { seconds: 0.15, repeat: 1 },
  default: { seconds: 3, repeat: 1 },
  thorough: { seconds: 15, repeat: 3 },
} as const satisfies Record<Mode, { readonly seconds: number; readonly repeat: number }>;

export interface CompareOptions {
  readonly mode: Mode;
  readonly scenarios: readonly Scenario[];
  readonly protocols: readonly ProtocolName[];
  /** Addresses of another implementation's servers, to measure in place of this project's. */
  readonly addresses: PartialAddresses;
  /** The token for the calls that write to those servers. */
  readonly token?: string;
  readonly secondsPerScenario: number;
  /** Each repeat has new server processes. */
  readonly repeat: number;
  /** Decides the inputs, their order, and the bootstrap's draws. */
  readonly seed: number;
  /** The number of generated skills in the catalogue of this project's servers. */
  readonly skills: number;
  readonly distance: Distance;
  readonly sweeps: readonly ('rtt' | 'bandwidth')[];
  readonly load: boolean;
  readonly explain: boolean;
  readonly raw: boolean;
  readonly progress: (doing: string, share: number, secondsLeft: number) => void;
  /** Ends the run at once; the result then holds the measurements so far. */
  readonly signal: AbortSignal;
}
