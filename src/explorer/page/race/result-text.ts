/** What a race says, in words and figures. */
import type { Crossing, RaceRow, SweepOf } from '../../api';
import { TITLES } from '../shared/protocols';
import type { Course } from './race-state';

/** Three digits, which is more than is known; those below each other end alike. */
export const measured = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** The same without zeros at the end. */
export const figure = (value: number): string =>
  value >= 100 ? measured(value) : String(Number(value.toPrecision(3)));

export const QUANTITIES = {
  rtt: { name: 'round-trip time', axis: 'round-trip time, ms', unit: 'ms' },
  bandwidth: { name: 'bandwidth', axis: 'bandwidth, Mbit/s', unit: 'Mbit/s' },
  pageSize: { name: 'page size', axis: 'page size', unit: 'skills' },
  fields: { name: 'number of fields', axis: 'number of fields', unit: 'fields' },
} as const satisfies Record<SweepOf, { name: string; axis: string; unit: string }>;

export const contains1 = ([low, high]: readonly [number, number]): boolean => low <= 1 && high >= 1;

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** One sentence on how it ended. */
export const outcomeText = ({ request: { sweep }, rows, points, crossings }: Course): string => {
  if (sweep) {
    const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
    const { name, unit } = QUANTITIES[sweep];
    return crossings.length === 0
      ? `The ranking does not change between ${figure(first)} and ${figure(last)} ${unit}, beyond noise; a longer sweep sees smaller differences.`
      : `As the ${name} grows, the ranking changes ${crossings.length === 1 ? 'once' : `${crossings.length} times`}.`;
  }
  const [first] = ranked(rows);
  if (!first) return '';
  const alike = rows.filter((row) => row !== first && contains1(row.ratioInterval));
  const median = `${TITLES[first.protocol]} was the quickest, with a median of ${measured(first.medianMs)} ms`;
  return alike.length === 0
    ? `${median}.`
    : `${median}; between it and ${listed(alike.map(({ protocol }) => TITLES[protocol]))} there is no difference beyond noise.`;
};

export const ranked = (rows: readonly RaceRow[]): RaceRow[] =>
  rows.toSorted((one, other) => one.medianMs - other.medianMs);

export const crossingText = ({ at, quicker, than, between }: Crossing, sweep: SweepOf): string => {
  const { unit } = QUANTITIES[sweep];
  const [from, to] = between.map(figure);
  // Two points say no more of what lies between them.
  const about = figure(at < 10 ? Number(at.toPrecision(1)) : Number(at.toPrecision(2)));
  return `Above about ${about} ${unit} ${TITLES[quicker]} is quicker than ${TITLES[than]}, as measured at ${from} and ${to}.`;
};
