/** Tables and sentences that HTML, Markdown and the terminal share: plain text, which each report escapes. */
import type { ProtocolName } from '../../contract/protocol';
import type {
  ComparisonResult,
  Effort,
  Explanation,
  LoadResult,
  Row,
  ScenarioResult,
  Sweep,
} from '../run/result';
import {
  formatInteger,
  formatInterval,
  formatList,
  formatMegabytes,
  formatNumber,
  hasTail,
  TITLES,
} from './format';

export interface Grid {
  readonly caption: string;
  readonly about?: string;
  readonly columns: readonly (string | TextColumn)[];
  readonly rows: readonly GridRow[];
}

/** A column of text is left-aligned and wraps. */
export interface TextColumn {
  readonly words: string;
}

export interface GridRow {
  readonly name: string;
  readonly protocol?: ProtocolName;
  readonly cells: readonly (string | TwoLineCell)[];
}

/** A figure, and its interval below it. */
export interface TwoLineCell {
  readonly text: string;
  readonly below: string;
}

/** `REST, GraphQL, gRPC and SOAP compared`. */
export const formatTitle = ({ options }: Pick<ComparisonResult, 'options'>): string =>
  `${formatList(options.protocols.map((name) => TITLES[name]))} compared`;

/** Undefined for a complete run. */
export const describeEnd = ({ ended, failure }: ComparisonResult): string | undefined =>
  ({
    complete: undefined,
    interrupted: 'This run was interrupted.',
    failed: `This run failed: ${failure ?? 'the cause is unknown'}.`,
  })[ended];

const protocolRow = (protocol: ProtocolName, cells: GridRow['cells']): GridRow => ({
  name: TITLES[protocol],
  protocol,
  cells,
});

const formatShare = (value: number | undefined): string =>
  value === undefined ? '-' : `${Math.round(value * 100)}%`;

export const buildLoadGrids = ({ capacity, open }: LoadResult): Grid[] => [
  {
    caption: 'Capacity',
    about:
      'a closed loop; throughput X times mean latency R over concurrency N is 1 where every request was accounted for',
    columns: [
      ...['protocol', 'concurrency', 'requests/s', 'mean ms', 'median ms', 'p99 ms', 'X times R over N'],
      ...['generator busy', 'errors', { words: '' }],
    ],
    rows: capacity.flatMap(({ protocol, limitedBy, steps, perSecond: most, void: reason }) =>
      steps.map(({ concurrency, perSecond, latencyMs, littlesLaw, generatorBusy, errors }) =>
        protocolRow(protocol, [
          String(concurrency),
          formatInteger(perSecond),
          ...[latencyMs.mean, latencyMs.median, latencyMs.p99].map(formatNumber),
          littlesLaw.toFixed(3),
          formatShare(generatorBusy),
          formatInteger(errors),
          reason !== undefined
            ? `void: ${reason}`
            : perSecond === most
              ? `most; limited by the ${limitedBy}`
              : '',
        ]),
      ),
    ),
  },
  {
    caption: 'Latency under load, ms',
    about:
      'an open loop, from the due time of each request; "from send" is the figure of a load generator that waits for responses',
    columns: [
      ...[
        'protocol',
        'due/s',
        'of slowest',
        'done/s',
        'median',
        'p90',
        'p99',
        'p99.9',
        'max',
        'p99 from send',
      ],
      ...['generator late, p99', { words: '' }],
    ],
    rows: open.map(({ protocol, latencyMs: { median, p90, p99, p999, max }, ...one }) =>
      protocolRow(protocol, [
        formatInteger(one.ratePerSecond),
        formatShare(one.share),
        formatInteger(one.achievedPerSecond),
        ...[median, p90, p99, p999, max, one.fromSendMs.p99, one.lateP99Ms].map(formatNumber),
        one.void === undefined ? '' : `void: ${one.void}`,
      ]),
    ),
  },
];

export const SWEEP_NAMES = { rtt: 'round-trip time', bandwidth: 'bandwidth' } as const satisfies Record<
  Sweep['over'],
  string
>;

export const buildSweepGrid = ({ over, unit, points }: Sweep): Grid => {
  const protocols = Object.keys(points[0]?.medianMs ?? {}) as ProtocolName[];
  return {
    caption: `Median ms over ${SWEEP_NAMES[over]}`,
    columns: [unit, ...protocols.map((name) => TITLES[name])],
    rows: points.map(({ at, medianMs }) => ({
      name: at.toLocaleString('en'),
      cells: protocols.map((name) => formatNumber(medianMs[name] ?? Number.NaN)),
    })),
  };
};

/** One sentence if there are none. */
export const describeCrossovers = ({ over, unit, crossovers }: Sweep): string[] =>
  crossovers.length === 0
    ? [`The ranking is the same at every ${SWEEP_NAMES[over]}, noise aside.`]
    : crossovers.map(
        ({ at, protocols: [one, other] }) =>
          `beyond ${formatNumber(at)} ${unit}, ${TITLES[one]} is slower than ${TITLES[other]}`,
      );

export const buildExplanationGrids = ({ ladders, arms }: Explanation): Grid[] =>
  [buildLadderGrid(ladders), buildArmGrid(arms)].filter(({ rows }) => rows.length > 0);

const buildLadderGrid = (ladders: Explanation['ladders']): Grid => ({
  caption: 'Each rung alone, µs',
  about: "library is the bare library less Node's own server, adapter the whole less the bare library",
  columns: [
    'protocol',
    'domain',
    'codec',
    "Node's own server",
    'bare library',
    'the whole',
    'library',
    'adapter',
  ],
  rows: ladders.map(({ protocol, domainUs, codecUs, floorUs, bareUs, wholeUs }) =>
    protocolRow(
      protocol,
      [domainUs, codecUs, floorUs, bareUs, wholeUs, bareUs - floorUs, wholeUs - bareUs].map(formatNumber),
    ),
  ),
});

const buildArmGrid = (arms: Explanation['arms']): Grid => ({
  caption: 'Crossed arms',
  about: 'the protocol separated from its library',
  columns: ['this', { words: 'against' }, 'median µs', 'ratio', { words: 'meaning of the ratio' }],
  rows: arms.map(({ name, against, medianUs, ratio, verdict, separates }) => ({
    name,
    cells: [
      against,
      { text: formatNumber(medianUs.value), below: formatInterval(medianUs) },
      { text: ratio.value.toFixed(2), below: `${formatInterval(ratio)} ${verdict}` },
      separates,
    ],
  })),
});

export const buildProcessGrid = ({ processes }: Pick<ComparisonResult, 'processes'>): Grid => ({
  caption: 'Server processes',
  about: 'one for each protocol',
  columns: ['protocol', 'start to first answer', 'peak memory'],
  rows: Object.entries(processes).map(([name, { startMs, peakMemoryBytes }]) =>
    protocolRow(name as ProtocolName, [`${formatInteger(startMs)} ms`, formatMegabytes(peakMemoryBytes)]),
  ),
});

/** Older results have no shared lines. */
export const buildEffortGrid = (effort: readonly Effort[] = []): Grid => ({
  caption: 'Effort',
  about:
    'lines of the adapter itself, lines shared with other adapters (src/runtime, src/adapters/common), contract lines, npm packages',
  columns: ['protocol', 'own lines', 'shared lines', 'contract', 'npm packages', 'installed'],
  rows: effort.map(({ protocol, adapterLines, sharedLines, contractLines, dependencies, installBytes }) =>
    protocolRow(protocol, [
      formatInteger(adapterLines),
      sharedLines === undefined ? 'n/a' : formatInteger(sharedLines),
      ...[contractLines, dependencies].map(formatInteger),
      formatMegabytes(installBytes),
    ]),
  ),
});

/** Notes for a scenario's table that shows an interval below each quantile. */
export const describeTable = (scenario: ScenarioResult): string[] => {
  const isFew = scenario.rows.some((row) => row.void === undefined && !hasTail(row, 'p99'));
  return [
    ...(isFew ? ['"few" means that fewer than 5 calls lie beyond the quantile, so it has no interval.'] : []),
    ...describeWarmUps(scenario),
  ];
};

/** One sentence for each row that had not stabilised by the end of warm-up. */
export const describeWarmUps = ({ rows }: ScenarioResult): string[] =>
  rows
    .filter(({ warmupStable }) => !warmupStable)
    .map(
      ({ protocol, warmupCalls }) =>
        `${TITLES[protocol]} had not stabilised after ${formatInteger(warmupCalls)} calls of warm-up.`,
    );

/** The checks of equality before and during the timing. */
export const describeEqualAnswers = ({ rows }: ScenarioResult): string => {
  const [{ calls, sampled }] = rows as [Row];
  return rows.length > 1
    ? `${rows.length} equal answers; ${formatInteger(sampled)} more compared while timing ${formatInteger(calls)} calls of each.`
    : `one protocol only, so its answers were not compared while timing ${formatInteger(calls)} calls.`;
};
