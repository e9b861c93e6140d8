/** What every table of a scenario shows, in this order, in Markdown and in HTML: the smallest of a column is its best. */
import type { ProtocolName } from '../../contract/protocol';
import type { Estimate, Row } from '../run/result';
import {
  formatInteger,
  formatInterval,
  formatNumber,
  formatRatio,
  hasTail,
  type QuantileName,
  TITLES,
} from './format';

export interface Column {
  /** In a table of its own, where it says everything. */
  readonly name: string;
  /** Below the group, which is what several columns have in common. */
  readonly title: string;
  readonly group: string;
  readonly value: (row: Row) => number | undefined;
  readonly text: (row: Row) => string;
  /** False where too few calls were made to say; it is known where nothing is said. */
  readonly isKnown?: (row: Row) => boolean;
  /** Whether it is as good as the least, which is all that is asked where nothing is said. */
  readonly reaches?: (row: Row) => boolean;
  /** The 95% interval, and what follows from it. */
  readonly interval?: (row: Row) => string | undefined;
}

const NONE = '-';

const column = (
  [group, title, name]: readonly [string, string, string],
  value: Column['value'],
  write: (value: number) => string = formatNumber,
): Column => ({
  name,
  title,
  group,
  value,
  text: (row) => {
    const number = value(row);
    return number === undefined ? NONE : write(number);
  },
});

const quantile = (name: QuantileName): Column => {
  const of = ({ latencyMs }: Row): Estimate => latencyMs[name];
  return {
    ...column(['', name, `${name}, ms`], (row) => of(row).value),
    isKnown: (row) => hasTail(row, name),
    ...(name === 'median' && { reaches: isFastest }),
    interval: (row) => (hasTail(row, name) ? formatInterval(of(row)) : 'few'),
  };
};

/** It says the same as the median, so it marks no best of its own. */
const toBase = (base: ProtocolName): Column => ({
  ...column(['', `times ${TITLES[base]}`, `times ${TITLES[base]}`], () => undefined),
  text: formatRatio,
  interval: ({ toBase, verdict }) => {
    if (!toBase) return undefined;
    return verdict === 'no difference' ? formatInterval(toBase) : `${formatInterval(toBase)} ${verdict}`;
  },
});

export const timeColumns = (base: ProtocolName): readonly Column[] => [
  quantile('median'),
  toBase(base),
  quantile('p90'),
  quantile('p95'),
  quantile('p99'),
  column(['', 'max', 'max, ms'], ({ latencyMs }) => latencyMs.max),
];

const bytes = (
  words: readonly [string, string, string],
  coding: 'identity' | 'gzip',
  when: 'first' | 'steady',
  direction: 'up' | 'down',
): Column => column(words, (row) => row.bytes?.[coding][when][direction].total, formatInteger);

/** A mean of answers that took different numbers of requests has a fraction. */
const formatCount = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

export const COST_COLUMNS: readonly Column[] = [
  column(['For one answer', 'requests', 'requests'], ({ requests }) => requests, formatCount),
  column(['For one answer', 'round trips', 'round trips'], ({ roundTrips }) => roundTrips, formatCount),
  bytes(['Bytes, open connection', 'up', 'bytes up'], 'identity', 'steady', 'up'),
  bytes(['Bytes, open connection', 'down', 'bytes down'], 'identity', 'steady', 'down'),
  bytes(['Bytes, open connection', 'down, gzip', 'gzip down'], 'gzip', 'steady', 'down'),
  bytes(['Bytes, new connection', 'up', '1st up'], 'identity', 'first', 'up'),
  bytes(['Bytes, new connection', 'down', '1st down'], 'identity', 'first', 'down'),
  column(['CPU time, µs', 'server', 'server CPU, µs'], ({ serverCpuUs }) => serverCpuUs),
  column(['CPU time, µs', 'client', 'client CPU, µs'], ({ clientCpuUs }) => clientCpuUs),
];

export const selectValidRows = (rows: readonly Row[]): Row[] => rows.filter((row) => row.void === undefined);

/** Told apart from the fastest by the ratio of their medians, which were measured side by side. */
export const isFastest = ({ toFastest }: Row): boolean =>
  toFastest !== undefined && toFastest.interval[0] <= 1;

/** The least, and of medians those not told apart from it; where all are alike or one is not known, none is best. */
export const isBest = (
  { value, isKnown, reaches }: Pick<Column, 'value' | 'isKnown' | 'reaches'>,
  row: Row,
  rows: readonly Row[],
): boolean => {
  const known = selectValidRows(rows).filter((other) => value(other) !== undefined);
  if (!known.includes(row) || (isKnown && !known.every(isKnown))) return false;
  const least = Math.min(...known.map((other) => value(other)!));
  const isAmong = (one: Row): boolean => value(one) === least || reaches?.(one) === true;
  return isAmong(row) && !known.every(isAmong);
};
