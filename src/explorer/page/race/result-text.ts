/** What a race says, in words and figures. */
import type { Crossing, RaceRow, SweptQuantity } from '../../api';
import { TITLES } from '../shared/protocols';
import type { RaceState } from './race-state';

/** Three digits, which is more than is known; those below each other end alike. */
export const threeDigits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** The same without zeros at the end. */
export const shortNumber = (value: number): string =>
  value >= 100 ? threeDigits(value) : String(Number(value.toPrecision(3)));

export const QUANTITIES = {
  rtt: { name: 'round-trip time', axis: 'round-trip time, ms', unit: 'ms' },
  bandwidth: { name: 'bandwidth', axis: 'bandwidth, Mbit/s', unit: 'Mbit/s' },
  pageSize: { name: 'page size', axis: 'page size', unit: 'skills' },
  fields: { name: 'number of fields', axis: 'number of fields', unit: 'fields' },
} as const satisfies Record<SweptQuantity, { name: string; axis: string; unit: string }>;

export const isTie = ([low, high]: readonly [number, number]): boolean => low <= 1 && high >= 1;

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** One sentence on how it ended. */
export const outcomeText = ({ request: { sweep }, rows, points, crossings }: RaceState): string => {
  if (sweep) {
    const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
    const { name, unit } = QUANTITIES[sweep];
    return crossings.length === 0
      ? `The ranking does not change between ${shortNumber(first)} and ${shortNumber(last)} ${unit}, beyond noise; a longer sweep sees smaller differences.`
      : `As the ${name} grows, the ranking changes ${crossings.length === 1 ? 'once' : `${crossings.length} times`}.`;
  }
  const [first] = rankByMedian(rows);
  if (!first) return '';
  const alike = rows.filter((row) => row !== first && isTie(row.ratioInterval));
  const median = `${TITLES[first.protocol]} was the quickest, with a median of ${threeDigits(first.medianMs)} ms`;
  return alike.length === 0
    ? `${median}.`
    : `${median}; between it and ${listed(alike.map(({ protocol }) => TITLES[protocol]))} there is no difference beyond noise.`;
};

export const rankByMedian = (rows: readonly RaceRow[]): RaceRow[] =>
  rows.toSorted((one, other) => one.medianMs - other.medianMs);

export const crossingText = ({ at, quicker, slower, between }: Crossing, sweep: SweptQuantity): string => {
  const { unit } = QUANTITIES[sweep];
  const [from, to] = between.map(shortNumber);
  // Two points say no more of what lies between them.
  const info = shortNumber(at < 10 ? Number(at.toPrecision(1)) : Number(at.toPrecision(2)));
  return `Above about ${info} ${unit} ${TITLES[quicker]} is quicker than ${TITLES[slower]}, as measured at ${from} and ${to}.`;
};
