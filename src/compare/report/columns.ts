/** The columns of a scenario's tables in Markdown and in HTML, in order. The lowest value of a column is the best. */
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
  /** The whole title, for a table without groups. */
  readonly name: string;
  /** The title below the group, which several columns share. */
  readonly title: string;
  readonly group: string;
  readonly value: (row: Row) => number | undefined;
  readonly text: (row: Row) => string;
  /** False if there were too few calls for the figure. Absent means known. */
  readonly isKnown?: (row: Row) => boolean;
  /** Whether the row ties with the lowest value. Absent means that only the lowest value is best. */
  readonly reaches?: (row: Row) => boolean;
  /** The 95% interval, with the verdict if there is one. */
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

/** The column repeats the order of the medians, so it marks no best value. */
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

/** A mean over answers with different numbers of requests has a fraction. */
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

/** Statistically tied with the fastest: the interval of the ratio of their medians contains 1. */
export const isFastest = ({ toFastest }: Row): boolean =>
  toFastest !== undefined && toFastest.interval[0] <= 1;

/** The lowest value, and the medians statistically tied with it. None is best if all are, or if one is not known. */
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
