/** The course of a race: what has been told of it so far. */
import type { Crossing, ProtocolName, RaceEvent, RaceRequest, RaceRow } from '../../api';
import { PROTOCOLS } from '../shared/protocols';

export interface Point {
  readonly at: number;
  readonly rows: readonly RaceRow[];
}

export interface Course {
  readonly request: RaceRequest;
  state: 'running' | 'done' | 'stopped' | 'failed';
  doing: string;
  share: number;
  /** How many calls took about so long: by the number of the bin. */
  histograms: Readonly<Record<ProtocolName, Map<number, number>>>;
  rows: readonly RaceRow[];
  equal?: { readonly items?: number; readonly totalSize?: number };
  /** Of a sweep. */
  positions: readonly number[];
  points: readonly Point[];
  crossings: readonly Crossing[];
  failure?: { readonly reason: string; readonly differences?: readonly string[] };
}

/** Bins grow by 5%, so that on a scale of logarithms all are as wide. */
const BIN_GROWTH = Math.log(1.05);
const binOf = (ms: number): number => Math.floor(Math.log(ms) / BIN_GROWTH);
/** The logarithm of its lower end. */
export const binStart = (bin: number): number => bin * BIN_GROWTH;
export const binAt = (logarithm: number): number => Math.floor(logarithm / BIN_GROWTH);

const noHistograms = (): Course['histograms'] =>
  Object.fromEntries(PROTOCOLS.map((name) => [name, new Map()])) as unknown as Course['histograms'];

export const begin = (request: RaceRequest): Course => ({
  request,
  state: 'running',
  doing: 'Beginning',
  share: 0,
  histograms: noHistograms(),
  rows: [],
  positions: [],
  points: [],
  crossings: [],
});

type Take = { [K in RaceEvent['kind']]: (course: Course, event: Extract<RaceEvent, { kind: K }>) => void };

const TAKE: Take = {
  doing: (course, { text, share }) => {
    course.doing = text;
    course.share = share;
  },
  equal: (course, { kind: _, ...found }) => {
    course.equal = found;
  },
  points: (course, { positions }) => {
    course.positions = positions;
  },
  round: (course, { latenciesMs }) => {
    for (const name of PROTOCOLS) {
      const histogram = course.histograms[name];
      for (const ms of latenciesMs[name] ?? []) {
        histogram.set(binOf(ms), (histogram.get(binOf(ms)) ?? 0) + 1);
      }
    }
  },
  standing: (course, { rows }) => {
    course.rows = rows;
  },
  result: (course, { at, rows }) => {
    course.rows = rows;
    if (at !== undefined) course.points = [...course.points, { at, rows }];
  },
  crossings: (course, { crossings }) => {
    course.crossings = crossings;
  },
  failed: (course, { reason, differences }) => {
    course.state = 'failed';
    course.failure = { reason, ...(differences && { differences }) };
  },
};

export const take = (course: Course, event: RaceEvent): void =>
  (TAKE[event.kind] as (course: Course, event: RaceEvent) => void)(course, event);
