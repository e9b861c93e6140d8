/** The plots of latency without load: its distribution, and the ratios of every scenario to its base. */
import * as Plot from '@observablehq/plot';
import { PROTOCOL_NAMES } from '../../contract/protocol';
import type { Row, ScenarioResult } from '../run/result';
import { selectValidRows } from './columns';
import { type Figure, logAxisX, type Place, protocolColor, renderProtocolLegend, SYMBOLS } from './figure';
import { formatNumber, TITLES } from './format';
import { chooseLogTicks } from './ticks';

/** The bins of a result are too narrow to show a shape with a few hundred calls, so four become one of 8%. */
const BINS = 4;
const STEP = 1.02 ** BINS;

interface Bar {
  readonly title: string;
  readonly color: string;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

const buildBars = ({ protocol, histogram, calls }: Row): Bar[] => {
  const counts = new Map<number, number>();
  for (const [edge, count] of histogram) {
    // A written edge is rounded. It belongs to the bin that it ends.
    const bin = Math.ceil(Math.log(edge * 0.999) / Math.log(STEP));
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  }
  return Array.from(counts, ([bin, count]) => ({
    title: TITLES[protocol],
    color: protocolColor(protocol),
    from: STEP ** (bin - 1),
    to: STEP ** bin,
    share: (100 * count) / calls,
  }));
};

const drawQuantileLabels = (rows: readonly Row[]): Plot.Markish[] => {
  const marks = rows.map(({ protocol, latencyMs: { median, p99 } }) => ({
    title: TITLES[protocol],
    median: median.value,
    p99: p99.value,
  }));
  const top = { fy: 'title', frameAnchor: 'top', lineAnchor: 'top', dy: 1 } as const;
  return [
    Plot.ruleX(marks, { x: 'median', fy: 'title', strokeWidth: 1.5 }),
    Plot.ruleX(marks, { x: 'p99', fy: 'title', strokeWidth: 1.5, strokeDasharray: '2 3' }),
    Plot.text(marks, {
      ...top,
      x: 'median',
      dx: -4,
      textAnchor: 'end',
      text: ({ median }) => formatNumber(median),
    }),
    Plot.text(marks, {
      ...top,
      x: 'p99',
      dx: 4,
      textAnchor: 'start',
      text: ({ p99 }) => `p99 ${formatNumber(p99)}`,
    }),
  ];
};

export const latencyFigure = (all: readonly Row[]): Figure | undefined => {
  const rows = selectValidRows(all).filter(({ histogram }) => histogram.length > 0);
  if (rows.length === 0) return undefined;
  const data = rows.flatMap(buildBars);
  // The labels beside the lines need room.
  const low = Math.min(...data.map(({ from }) => from)) / 1.6;
  const high = Math.max(
    ...data.map(({ to }) => to),
    ...rows.map(({ latencyMs }) => latencyMs.p99.value * 2.8),
  );
  const highest = Math.max(...data.map(({ share }) => share));
  return {
    name: 'latency',
    title: 'How latencies are distributed',
    caption:
      'The height of a block is the share of calls within a step of 8% of the axis. The solid line is the median, the dotted one the 99th percentile.',
    draw: ({ isNarrow }) => {
      const ticks = chooseLogTicks(low, high, isNarrow ? 8 : 12);
      return {
        height: 70 + rows.length * (isNarrow ? 78 : 118),
        marginLeft: isNarrow ? 66 : 72,
        marginRight: 34,
        marginTop: 28,
        marginBottom: 42,
        fy: { domain: rows.map(({ protocol }) => TITLES[protocol]), label: null, padding: 0.14 },
        x: { type: 'log', domain: [low, high] },
        y: { domain: [0, highest * 1.3], label: 'share of calls (%)' },
        marks: [
          Plot.axisFy({ anchor: 'left', label: null }),
          Plot.axisY({ anchor: 'right', ticks: 3, tickSize: 3 }),
          ...logAxisX(ticks, 'latency (ms, log scale)'),
          Plot.rectY(data, { x1: 'from', x2: 'to', y: 'share', fy: 'title', fill: 'color', inset: 0 }),
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
          ...drawQuantileLabels(rows),
        ],
      };
    },
  };
};

interface Dot {
  readonly scenario: string;
  readonly title: string;
  readonly color: string;
  readonly fill: string;
  readonly symbol: Plot.SymbolType;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const buildDots = ({ name, rows }: ScenarioResult): Dot[] =>
  selectValidRows(rows).flatMap(({ protocol, toBase, verdict }) =>
    toBase
      ? {
          scenario: name,
          title: TITLES[protocol],
          color: protocolColor(protocol),
          fill: verdict === 'no difference' ? 'var(--page)' : protocolColor(protocol),
          symbol: SYMBOLS[protocol],
          ratio: toBase.value,
          low: toBase.interval[0],
          high: toBase.interval[1],
        }
      : [],
  );

const ratioOptions = (data: readonly Dot[], { isNarrow }: Place): Plot.PlotOptions => {
  const low = Math.min(0.7, ...data.map((dot) => dot.low / 1.1));
  const high = Math.max(1.5, ...data.map((dot) => dot.high * 1.1));
  const ticks = chooseLogTicks(low, high, isNarrow ? 7 : 12);
  const scenarios = [...new Set(data.map(({ scenario }) => scenario))];
  const titles = PROTOCOL_NAMES.map((name) => TITLES[name]).filter((title) =>
    data.some((dot) => dot.title === title),
  );
  const lane = { y: 'title', fy: 'scenario' } as const;
  return {
    height: 70 + scenarios.length * (16 + titles.length * 11),
    marginLeft: 140,
    marginRight: 14,
    marginTop: 28,
    marginBottom: 42,
    x: { type: 'log', domain: [low, high] },
    y: { domain: titles, axis: null, padding: 0.9 },
    fy: { domain: scenarios, label: null, padding: 0.08 },
    marks: [
      Plot.axisFy({
        anchor: 'left',
        label: 'scenario',
        labelAnchor: 'top',
        tickSize: 0,
        lineWidth: 11,
        textOverflow: 'ellipsis-end',
      }),
      ...logAxisX(
        ticks,
        isNarrow ? 'times the base (log scale)' : 'median, in times of the base (log scale)',
      ),
      Plot.frame({ strokeOpacity: 0.12 }),
      Plot.ruleX([1], { strokeWidth: 1.5 }),
      Plot.link(data, { ...lane, x1: 'low', x2: 'high', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(data, { ...lane, x: 'ratio', fill: 'fill', stroke: 'color', symbol: 'symbol', r: 4 }),
    ],
  };
};

export const ratioFigure = (scenarios: readonly ScenarioResult[]): Figure | undefined => {
  const data = scenarios.flatMap(buildDots);
  if (data.length === 0) return undefined;
  const bases = new Set(scenarios.flatMap(({ base }) => (base ? TITLES[base] : [])));
  return {
    name: 'ratio',
    title: `Medians in times of ${[...bases].join(' or ')}`,
    legend: renderProtocolLegend(
      PROTOCOL_NAMES.filter((name) => data.some(({ title }) => title === TITLES[name])),
    ),
    caption: `To the left of 1 is faster than ${[...bases].join(' or ')}, to the right slower. The lines are 95% intervals; where one contains 1, the run shows no difference and the mark is hollow.`,
    draw: (place) => ratioOptions(data, place),
  };
};
