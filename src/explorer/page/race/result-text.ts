/** The results of a race as sentences and formatted numbers. */
import type { Crossing, RaceRow, SweptQuantity } from '../../api';
import { TITLES } from '../shared/protocols';
import type { RaceState } from './race-state';

/** Three significant digits with trailing zeros, so that columns align. */
export const threeDigits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** Three significant digits without trailing zeros. */
export const shortNumber = (value: number): string =>
  value >= 100 ? threeDigits(value) : String(Number(value.toPrecision(3)));

export const QUANTITIES = {
  rtt: { name: 'round-trip time', axis: 'round-trip time, ms', unit: 'ms' },
  bandwidth: { name: 'bandwidth', axis: 'bandwidth, Mbit/s', unit: 'Mbit/s' },
  pageSize: { name: 'page size', axis: 'page size', unit: 'items' },
  fields: { name: 'number of fields', axis: 'number of fields', unit: 'fields' },
} as const satisfies Record<SweptQuantity, { name: string; axis: string; unit: string }>;

export const isTie = ([low, high]: readonly [number, number]): boolean => low <= 1 && high >= 1;

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The outcome in one sentence. */
export const outcomeText = ({ request: { sweep }, rows, points, crossings }: RaceState): string => {
  if (sweep) {
    const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
    const { name, unit } = QUANTITIES[sweep];
    return crossings.length === 0
      ? `The ranking does not change between ${shortNumber(first)} and ${shortNumber(last)} ${unit}, within measurement noise; a longer sweep detects smaller differences.`
      : `As the ${name} grows, the ranking changes ${crossings.length === 1 ? 'once' : `${crossings.length} times`}.`;
  }
  const [first] = rankByMedian(rows);
  if (!first) return '';
  const ties = rows.filter((row) => row !== first && isTie(row.ratioInterval));
  const median = `${TITLES[first.protocol]} was the fastest, with a median of ${threeDigits(first.medianMs)} ms`;
  return ties.length === 0
    ? `${median}.`
    : `${median}; statistically tied with ${listed(ties.map(({ protocol }) => TITLES[protocol]))}.`;
};

export const rankByMedian = (rows: readonly RaceRow[]): RaceRow[] =>
  rows.toSorted((one, other) => one.medianMs - other.medianMs);

export const crossingText = ({ at, quicker, slower, between }: Crossing, sweep: SweptQuantity): string => {
  const { unit } = QUANTITIES[sweep];
  const [from, to] = between.map(shortNumber);
  // Interpolation between two points does not justify more digits.
  const info = shortNumber(at < 10 ? Number(at.toPrecision(1)) : Number(at.toPrecision(2)));
  return `Above about ${info} ${unit} ${TITLES[quicker]} is faster than ${TITLES[slower]}; measured at ${from} and ${to}.`;
};
