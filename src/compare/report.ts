/** The comparison as a person reads it in a terminal: one table per scenario, the best of each column marked. */
import { cpus } from 'node:os';
import Table from 'cli-table3';
import type { ProtocolName } from '../contract/protocol';
import type { Row } from './measure';
import type { Comparison, Result } from './run';

export const TITLES = {
  rest: 'REST',
  graphql: 'GraphQL',
  grpc: 'gRPC',
  soap: 'SOAP',
} as const satisfies Record<ProtocolName, string>;

/** The best is the smallest, except where more is better. */
const COLUMNS: readonly {
  title: string;
  value: (row: Row) => number;
  text: (value: number) => string;
  most?: true;
}[] = [
  { title: 'median', value: (row) => row.medianUs, text: (us) => milliseconds(us) },
  { title: 'p95', value: (row) => row.p95Us, text: (us) => milliseconds(us) },
  { title: 'p99', value: (row) => row.p99Us, text: (us) => milliseconds(us) },
  { title: 'requests/s', value: (row) => row.perSecond, text: (value) => grouped(value), most: true },
  { title: 'bytes up', value: (row) => row.bytesUp, text: (value) => grouped(value) },
  { title: 'bytes down', value: (row) => row.bytesDown, text: (value) => grouped(value) },
  { title: 'round trips', value: (row) => row.roundTrips, text: (value) => grouped(value) },
];

const milliseconds = (us: number): string => `${(us / 1000).toFixed(3)} ms`;
const grouped = (value: number): string => Math.round(value).toLocaleString('en');

export const machineLine = (): string => {
  const models = cpus();
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${models.length} x ${models[0]?.model.trim() || 'unknown processor'}`;
};

export const terminalReport = ({ results }: Comparison): string =>
  [...results.map(scenarioReport), results.every(({ rows }) => rows.length > 0) ? LEGEND : ''].join('\n');

const LEGEND = `* best of its column. Latency: one call at a time on an open connection, the protocols in turns; client and server
share this machine. Bytes: everything on the socket for one answer, headers and framing included. Round trips: requests
for one answer. This compares these four libraries with this code, not the protocols as such.`;

const scenarioReport = ({ scenario, question, differences, rows }: Result): string => {
  if (differences.length > 0) {
    return `${scenario}: ${question}\n✗ not timed, because the answers are not equal:\n${differences.join('\n')}`;
  }
  const table = new Table({
    head: ['', ...COLUMNS.map(({ title }) => title)],
    colAligns: ['left', ...COLUMNS.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows)
    table.push([TITLES[row.protocol], ...COLUMNS.map((column) => cell(column, row, rows))]);
  return `${scenario}: ${question}\n✓ four equal answers\n${table}\n`;
};

const cell = ({ value, text, most }: (typeof COLUMNS)[number], row: Row, rows: readonly Row[]): string => {
  const values = rows.map(value);
  const best = most ? Math.max(...values) : Math.min(...values);
  const marked = value(row) === best && values.some((other) => other !== best);
  return `${marked ? '* ' : ''}${text(value(row))}`;
};
