/** The state of a race, built from its events. */
import type { Crossing, ProtocolName, RaceEvent, RaceRequest, RaceRow } from '../../api';
import { PROTOCOLS } from '../shared/protocols';

export interface Point {
  readonly at: number;
  readonly rows: readonly RaceRow[];
}

export interface RaceState {
  readonly request: RaceRequest;
  state: 'running' | 'done' | 'stopped' | 'failed';
  activity: string;
  share: number;
  /** Number of calls by bin of their duration. */
  histograms: Readonly<Record<ProtocolName, Map<number, number>>>;
  rows: readonly RaceRow[];
  equal?: { readonly items?: number; readonly totalSize?: number };
  /** Sweep only. */
  positions: readonly number[];
  points: readonly Point[];
  crossings: readonly Crossing[];
  failure?: { readonly reason: string; readonly differences?: readonly string[] };
}

/** Each bin is 5% wider than the last, so all have the same width on a logarithmic scale. */
const BIN_GROWTH = Math.log(1.05);
const binOf = (ms: number): number => Math.floor(Math.log(ms) / BIN_GROWTH);
/** Logarithm of a bin's lower bound. */
export const binStart = (bin: number): number => bin * BIN_GROWTH;
export const binAt = (logarithm: number): number => Math.floor(logarithm / BIN_GROWTH);

const emptyHistograms = (): RaceState['histograms'] =>
  Object.fromEntries(PROTOCOLS.map((name) => [name, new Map()])) as unknown as RaceState['histograms'];

export const initialState = (request: RaceRequest): RaceState => ({
  request,
  state: 'running',
  activity: 'Starting',
  share: 0,
  histograms: emptyHistograms(),
  rows: [],
  positions: [],
  points: [],
  crossings: [],
});

type ApplyByKind = {
  [K in RaceEvent['kind']]: (race: RaceState, event: Extract<RaceEvent, { kind: K }>) => void;
};

const APPLY: ApplyByKind = {
  progress: (race, { text, share }) => {
    race.activity = text;
    race.share = share;
  },
  equal: (race, { kind: _, ...size }) => {
    race.equal = size;
  },
  points: (race, { positions }) => {
    race.positions = positions;
  },
  round: (race, { latenciesMs }) => {
    for (const name of PROTOCOLS) {
      const histogram = race.histograms[name];
      for (const ms of latenciesMs[name] ?? []) {
        histogram.set(binOf(ms), (histogram.get(binOf(ms)) ?? 0) + 1);
      }
    }
  },
  standing: (race, { rows }) => {
    race.rows = rows;
  },
  result: (race, { at, rows }) => {
    race.rows = rows;
    if (at !== undefined) race.points = [...race.points, { at, rows }];
  },
  crossings: (race, { crossings }) => {
    race.crossings = crossings;
  },
  failed: (race, { reason, differences }) => {
    race.state = 'failed';
    race.failure = { reason, ...(differences && { differences }) };
  },
};

export const applyEvent = (race: RaceState, event: RaceEvent): void =>
  (APPLY[event.kind] as (race: RaceState, event: RaceEvent) => void)(race, event);
