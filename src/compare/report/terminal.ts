/** The comparison as text for the terminal: one table per scenario, with the best of each column marked. */
import Table from 'cli-table3';
import type { ComparisonResult, Estimate, Row, ScenarioResult } from '../run/result';
import { isBest, isFastest, type Column as ReportColumn } from './columns';
import {
  formatHeaderLines,
  formatInteger,
  formatInterval,
  formatNumber,
  formatRatio,
  hasTail,
  type QuantileName,
  TITLES,
} from './format';
import {
  buildEffortGrid,
  buildExplanationGrids,
  buildLoadGrids,
  buildProcessGrid,
  buildSweepGrid,
  describeCrossovers,
  describeEqualAnswers,
  describeWarmUps,
  type Grid,
} from './grids';
import { summarize } from './summary';

interface Column extends Pick<ReportColumn, 'title' | 'value' | 'isKnown' | 'reaches'> {
  readonly text?: (row: Row) => string;
  readonly below?: (row: Row) => string;
}

const quantile = (title: string, name: QuantileName): Column => ({
  title,
  value: (row) => row.latencyMs[name].value,
  isKnown: (row) => hasTail(row, name),
  ...(name === 'median' && { reaches: isFastest }),
  below: (row) => (hasTail(row, name) ? formatSpread(row.latencyMs[name]) : 'few'),
});

/** The interval relative to the value: `-2 +3%`. */
const formatSpread = ({ value, interval: [low, high] }: Estimate): string =>
  `-${formatPercent(1 - low / value)} +${formatPercent(high / value - 1)}%`;
const formatPercent = (share: number): string => (share * 100).toFixed(0);

const bytesColumn = (title: string, encoding: 'identity' | 'gzip', direction: 'up' | 'down'): Column => ({
  title,
  value: (row) => row.bytes?.[encoding].steady[direction].total,
  text: (row) => formatInteger(row.bytes?.[encoding].steady[direction].total ?? Number.NaN),
  below: (row) => `1st ${formatInteger(row.bytes?.[encoding].first[direction].total ?? Number.NaN)}`,
});

const COLUMNS: readonly Column[] = [
  quantile('median\nms', 'median'),
  {
    title: 'times\nbase',
    value: () => undefined,
    text: formatRatio,
    below: (row) => (row.toBase ? formatInterval(row.toBase) : ''),
  },
  quantile('p90\nms', 'p90'),
  quantile('p95\nms', 'p95'),
  quantile('p99\nms', 'p99'),
  { title: 'max\nms', value: (row) => row.latencyMs.max },
  {
    title: 'round\ntrips',
    value: (row) => row.roundTrips,
    below: (row) => (row.requests === row.roundTrips ? '' : `of ${formatNumber(row.requests ?? Number.NaN)}`),
  },
  bytesColumn('bytes\nup', 'identity', 'up'),
  bytesColumn('bytes\ndown', 'identity', 'down'),
  bytesColumn('gzip\ndown', 'gzip', 'down'),
  { title: 'server\nCPU us', value: (row) => row.serverCpuUs },
  { title: 'client\nCPU us', value: (row) => row.clientCpuUs },
];

const LEGEND = `How to read the tables
  latency      one call at a time on an open connection, from the call of the client to its decoded answer
  below it     the reach of its 95% interval; "few" if fewer than 5 calls lie beyond the quantile
  times base   ratio to the median of REST, or of the first protocol; "no difference" if the interval contains 1
  *            the best of its column, and the medians statistically tied with it
  round trips  waves of requests for one answer; "of" the number of requests, if some are sent together
  bytes        everything on the socket for one answer; "1st": for the first call on a new connection
  gzip         with responses compressed by the same gateway
  CPU          for one answer, in the server's process and in the client's
REST is GET over HTTP/1.1, GraphQL and SOAP are POST over HTTP/1.1, gRPC is POST over HTTP/2, as in common use:
--explain separates the transport, the encoding and the library.`;

export const renderTerminalReport = (result: ComparisonResult): string => {
  const sections = [
    formatHeaderLines(result).join('\n'),
    ...result.scenarios.map(renderScenario),
    result.scenarios.some(({ rows }) => rows.length > 0) ? LEGEND : '',
    renderGrid(buildProcessGrid(result)),
    renderGrid(buildEffortGrid(result.effort)),
    ...summarize(result).map((paragraph) => wrapWords(paragraph)),
  ];
  return sections.filter(Boolean).join('\n\n');
};

const renderTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isWords = (_: number): boolean => false,
): string => {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 || isWords(index) ? 'left' : 'right')),
    chars: NO_VERTICALS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString().replace(/ +$/gm, '');
};

const NO_VERTICALS = {
  ...{ top: '─', 'top-mid': '──', 'top-left': '', 'top-right': '' },
  ...{ bottom: '─', 'bottom-mid': '──', 'bottom-left': '', 'bottom-right': '' },
  ...{ mid: '─', 'mid-mid': '──', 'left-mid': '', 'right-mid': '', left: '', right: '', middle: '  ' },
};

const renderGrid = ({ caption, about, columns, rows }: Grid): string =>
  rows.length === 0
    ? ''
    : `${wrapWords([caption, about].filter(Boolean).join(': '))}\n${renderTable(
        columns.map((column) => (typeof column === 'string' ? column.replace('protocol', '') : column.words)),
        rows.map(({ name, cells }) => [name, ...cells.map(renderCellText)]),
        (index) => typeof columns[index] !== 'string',
      )}`;

/** Text wraps, figures do not. */
const renderCellText = (cell: Grid['rows'][number]['cells'][number]): string =>
  typeof cell === 'string' ? wrapWords(cell, 44) : `${cell.text}\n${cell.below}`;

const renderScenario = (scenario: ScenarioResult): string => {
  const {
    name,
    question,
    differences,
    rows,
    load,
    noLoad,
    sweeps = [],
    explanation,
    noExplanation,
  } = scenario;
  const title = `${name}: ${question}`;
  if (differences.length > 0) {
    return `${title}\n✗ the answers are not equal, so there are no valid figures:\n${differences.join('\n')}`;
  }
  if (rows.length === 0) return `${title}\nNothing was measured: the run ended earlier.`;
  const voids = rows.flatMap(({ protocol, void: reason }) =>
    reason === undefined ? [] : [`! ${TITLES[protocol]} is void: ${reason}`],
  );
  return [
    title,
    `✓ ${describeEqualAnswers(scenario)}`,
    renderTable(
      ['', ...COLUMNS.map((column) => column.title)],
      rows.map((row) => [
        `${TITLES[row.protocol]}\n${row.void === undefined ? '' : 'void'}`,
        ...COLUMNS.map((column) => renderCell(column, row, rows)),
      ]),
    ),
    ...voids,
    ...describeWarmUps(scenario),
    ...(load ? buildLoadGrids(load).map(renderGrid) : []),
    ...(noLoad ? [`Not put under load: ${noLoad}`] : []),
    ...sweeps.flatMap((sweep) => [renderGrid(buildSweepGrid(sweep)), ...describeCrossovers(sweep)]),
    ...(explanation ? buildExplanationGrids(explanation).map(renderGrid) : []),
    ...(noExplanation ? [`Not explained: ${noExplanation}`] : []),
  ].join('\n');
};

const renderCell = (column: Column, row: Row, rows: readonly Row[]): string => {
  const value = column.value(row);
  const text = column.text?.(row) ?? (value === undefined ? '-' : formatNumber(value));
  return `${isBest(column, row, rows) ? '*' : ''}${text}\n${column.below?.(row) ?? ''}`;
};

/** Wraps between words. */
const wrapWords = (text: string, columns = 120): string =>
  text.replace(new RegExp(`(?![^\\n]{1,${columns}}$)([^\\n]{1,${columns}})\\s`, 'g'), '$1\n');
