/** The comparison as a person reads it in a terminal: one table per scenario, the best of each column marked. */
import Table from 'cli-table3';
import type {
  CapacityStep,
  ComparisonResult,
  Effort,
  Estimate,
  Explanation,
  LoadResult,
  Row,
  ScenarioResult,
  Sweep,
} from '../result';
import { isBest } from './columns';
import { digits, grouped, hasTail, headerLines, interval, megabytes, ratio, TITLES } from './format';
import { summarize } from './summary';

interface Column {
  readonly title: string;
  readonly value: (row: Row) => number | undefined;
  /** What decides whether a row is as good as the best; the value itself where nothing is said. */
  readonly spread?: (row: Row) => Estimate;
  readonly text?: (row: Row) => string;
  readonly below?: (row: Row) => string;
}

const quantile = (title: string, name: 'median' | 'p90' | 'p95' | 'p99'): Column => ({
  title,
  value: (row) => row.latencyMs[name].value,
  spread: (row) => row.latencyMs[name],
  below: (row) => (hasTail(row, name) ? spreadText(row.latencyMs[name]) : 'few'),
});

/** How far the interval reaches below and above: `-2 +3%`. */
const spreadText = ({ value, interval: [low, high] }: Estimate): string =>
  `-${percent(1 - low / value)} +${percent(high / value - 1)}%`;
const percent = (share: number): string => (share * 100).toFixed(0);

const bytesColumn = (title: string, encoding: 'identity' | 'gzip', direction: 'up' | 'down'): Column => ({
  title,
  value: (row) => row.bytes?.[encoding].steady[direction].total,
  text: (row) => grouped(row.bytes?.[encoding].steady[direction].total ?? Number.NaN),
  below: (row) => `1st ${grouped(row.bytes?.[encoding].first[direction].total ?? Number.NaN)}`,
});

const COLUMNS: readonly Column[] = [
  quantile('median\nms', 'median'),
  {
    title: 'times\nbase',
    value: () => undefined,
    text: ratio,
    below: (row) => (row.toBase ? interval(row.toBase) : ''),
  },
  quantile('p90\nms', 'p90'),
  quantile('p95\nms', 'p95'),
  quantile('p99\nms', 'p99'),
  { title: 'max\nms', value: (row) => row.latencyMs.max },
  {
    title: 'round\ntrips',
    value: (row) => row.roundTrips,
    below: (row) => (row.requests === row.roundTrips ? '' : `of ${digits(row.requests ?? Number.NaN)}`),
  },
  bytesColumn('bytes\nup', 'identity', 'up'),
  bytesColumn('bytes\ndown', 'identity', 'down'),
  bytesColumn('gzip\ndown', 'gzip', 'down'),
  { title: 'server\nCPU us', value: (row) => row.serverCpuUs },
  { title: 'client\nCPU us', value: (row) => row.clientCpuUs },
];

const LEGEND = `How to read the tables
  latency      one call at a time on an open connection, from asking the client to having the decoded answer
  below it     how far its 95% interval reaches; "few" where fewer than 5 calls lie beyond it
  times base   medians over those of REST, or of the first protocol; "no difference" where the interval contains 1
  *            the best of its column, and those that its interval reaches
  round trips  waves of requests for one answer, "of" so many requests where some go together
  bytes        everything on the socket for one answer; "1st": for the first answer of a new connection
  gzip         with compressed answers, all by the same gateway
  CPU          for one answer, in the server's process and in the client's
REST is GET over HTTP/1.1, GraphQL and SOAP are POST over HTTP/1.1, gRPC is POST over HTTP/2, each as people run it:
--explain tells the transport, the encoding and the library apart.`;

export const terminalReport = (result: ComparisonResult): string => {
  const sections = [
    headerLines(result).join('\n'),
    ...result.scenarios.map(scenarioReport),
    result.scenarios.some(({ rows }) => rows.length > 0) ? LEGEND : '',
    processesReport(result),
    result.effort ? effortReport(result.effort) : '',
    ...summarize(result).map((paragraph) => wrapped(paragraph)),
  ];
  return sections.filter(Boolean).join('\n\n');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
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

const scenarioReport = (scenario: ScenarioResult): string => {
  const title = `${scenario.name}: ${scenario.question}`;
  if (scenario.differences.length > 0) {
    return `${title}\n✗ the answers are not equal, so nothing of it counts:\n${scenario.differences.join('\n')}`;
  }
  const { rows } = scenario;
  const notes = rows.flatMap(({ protocol, void: reason, warmupStable, warmupCalls }) => [
    ...(reason === undefined ? [] : [`! ${TITLES[protocol]} is void: ${reason}`]),
    ...(warmupStable ? [] : [`  ${TITLES[protocol]} had not settled after ${warmupCalls} calls of warm-up`]),
  ]);
  return [
    title,
    `✓ ${rows.length} equal answers; ${grouped(rows[0]?.sampled ?? 0)} more compared while timing ${grouped(rows[0]?.calls ?? 0)} calls of each`,
    table(
      ['', ...COLUMNS.map((column) => column.title)],
      rows.map((row) => [
        `${TITLES[row.protocol]}\n${row.void === undefined ? '' : 'void'}`,
        ...COLUMNS.map((column) => cell(column, row, rows)),
      ]),
    ),
    ...notes,
    ...(scenario.load ? [loadReport(scenario.load)] : []),
    ...(scenario.noLoad ? [`Not put under load: ${scenario.noLoad}`] : []),
    ...(scenario.sweeps ?? []).map(sweepReport),
    ...(scenario.explanation ? [explanationReport(scenario.explanation)] : []),
    ...(scenario.noExplanation ? [`Not explained: ${scenario.noExplanation}`] : []),
  ].join('\n');
};

const cell = (column: Column, row: Row, rows: readonly Row[]): string => {
  const value = column.value(row);
  const text = column.text?.(row) ?? (value === undefined ? '-' : digits(value));
  return `${isBest(column, row, rows) ? '*' : ''}${text}\n${column.below?.(row) ?? ''}`;
};

const processesReport = ({ processes }: ComparisonResult): string => {
  const rows = Object.entries(processes).map(([name, { startMs, peakMemoryBytes }]) => [
    TITLES[name as keyof typeof TITLES],
    `${grouped(startMs)} ms`,
    megabytes(peakMemoryBytes),
  ]);
  return rows.length === 0
    ? ''
    : `Server processes\n${table(['', 'start to first answer', 'peak memory'], rows)}`;
};

const effortReport = (effort: readonly Effort[]): string =>
  `Effort\n${table(
    ['', 'lines of adapter', 'lines of contract', 'npm packages', 'installed'],
    effort.map(({ protocol, adapterLines, contractLines, dependencies, installBytes }) => [
      TITLES[protocol],
      ...[adapterLines, contractLines, dependencies].map(grouped),
      megabytes(installBytes),
    ]),
  )}`;

const loadReport = ({ capacity, open }: LoadResult): string => {
  const best = (steps: readonly CapacityStep[]): CapacityStep | undefined =>
    steps.toSorted((one, other) => other.perSecond - one.perSecond)[0];
  return [
    'Capacity: a closed loop at 1 to 64 calls at a time, the best of them',
    table(
      ['', 'requests/s', 'at', 'mean ms', 'p99 ms', 'X times R over N', 'limited by'],
      capacity.map(({ protocol, perSecond, steps, limitedBy, void: reason }) => {
        const step = best(steps);
        return [
          TITLES[protocol],
          grouped(perSecond),
          String(step?.concurrency ?? '-'),
          digits(step?.latencyMs.mean ?? Number.NaN),
          digits(step?.latencyMs.p99 ?? Number.NaN),
          (step?.littlesLaw ?? Number.NaN).toFixed(3),
          reason ? `void: ${reason}` : `the ${limitedBy}`,
        ];
      }),
    ),
    'Latency under load: an open loop, from when each request was due',
    table(
      ['', 'due/s', 'of slowest', 'median ms', 'p90 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'p99 from send', ''],
      open.map((one) => [
        TITLES[one.protocol],
        grouped(one.ratePerSecond),
        one.share === undefined ? '-' : `${Math.round(one.share * 100)}%`,
        ...[
          one.latencyMs.median,
          one.latencyMs.p90,
          one.latencyMs.p99,
          one.latencyMs.p999,
          one.latencyMs.max,
        ].map(digits),
        digits(one.fromSendMs.p99),
        one.void ? `void: ${one.void}` : '',
      ]),
    ),
  ].join('\n');
};

const sweepReport = ({ over, unit, points, crossovers }: Sweep): string => {
  const protocols = Object.keys(points[0]?.medianMs ?? {}) as (keyof typeof TITLES)[];
  const name = over === 'rtt' ? 'round-trip time' : 'bandwidth';
  const crossed = crossovers.map(
    ({ at, protocols: [one, other] }) =>
      `${TITLES[one]} becomes slower than ${TITLES[other]} at ${digits(at)} ${unit}`,
  );
  return [
    `Median ms over ${name}`,
    table(
      [unit, ...protocols.map((protocol) => TITLES[protocol])],
      points.map(({ at, medianMs }) => [
        digits(at),
        ...protocols.map((protocol) => digits(medianMs[protocol] ?? Number.NaN)),
      ]),
    ),
    crossed.length > 0
      ? `Crossovers: ${crossed.join('; ')}`
      : `The ranking is the same at every ${name} (beyond 5%).`,
  ].join('\n');
};

const explanationReport = ({ ladders, arms }: Explanation): string =>
  [
    'Where the time goes, microseconds: each rung alone, and what the whole adds to the bare library',
    table(
      ['', 'domain', 'codec', "Node's own server", 'bare library', 'the whole', 'library', 'ours'],
      ladders.map(({ protocol, domainUs, codecUs, floorUs, bareUs, wholeUs }) => [
        TITLES[protocol],
        ...[domainUs, codecUs, floorUs, bareUs, wholeUs, bareUs - floorUs, wholeUs - bareUs].map(digits),
      ]),
    ),
    'Crossed arms: what is protocol and what is library',
    table(
      ['', 'against', 'median us', 'ratio', ''],
      arms.map(({ name, against, medianUs, ratio: of, verdict }) => [
        name,
        against,
        digits(medianUs.value),
        of.value.toFixed(2),
        verdict === 'no difference' ? verdict : interval(of),
      ]),
    ),
    ...arms.map(({ name, separates }) => `  ${name}: ${separates}`),
  ].join('\n');

/** At 120 columns, between words. */
const wrapped = (text: string): string => text.replace(/(?![^\n]{1,120}$)([^\n]{1,120})\s/g, '$1\n');
