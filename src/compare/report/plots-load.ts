/** Line plots: throughput over concurrency, and latency over arrival rate and over distance. */
import * as Plot from '@observablehq/plot';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import type { LoadResult, Sweep } from '../run/result';
import {
  type Figure,
  logAxisX,
  logAxisY,
  type Place,
  protocolColor,
  renderProtocolLegend,
  SYMBOLS,
} from './figure';
import { TITLES } from './format';
import { describeCrossovers, SWEEP_NAMES } from './grids';
import { html } from './markup';
import { chooseLogTicks, formatTick } from './ticks';

interface Point {
  readonly protocol: ProtocolName;
  readonly x: number;
  readonly y: number;
  /** The panel, if there are several plots side by side. */
  readonly panel?: string;
}

const drawLines = (data: readonly Point[], panel: object = {}, line = data): Plot.Markish[] => [
  Plot.line(line, {
    x: 'x',
    y: 'y',
    z: 'protocol',
    stroke: ({ protocol }: Point) => protocolColor(protocol),
    strokeWidth: 2,
    ...panel,
  }),
  Plot.dot(data, {
    x: 'x',
    y: 'y',
    fill: ({ protocol }: Point) => protocolColor(protocol),
    symbol: ({ protocol }: Point) => SYMBOLS[protocol],
    r: 4,
    ...panel,
  }),
];

const MARGINS = { marginLeft: 52, marginRight: 16, marginTop: 30, marginBottom: 42 };

/** A time below the clock's resolution is zero, which has no logarithm. */
const isOnLogAxis = ({ y }: Point): boolean => y > 0;

const LATENCY = 'latency (ms, log scale)';

const logY = (data: readonly Point[], label: string): { y: Plot.ScaleOptions; axis: Plot.Markish[] } => {
  const values = data.map(({ y }) => y);
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15];
  return { y: { type: 'log', domain: [low, high] }, axis: logAxisY(chooseLogTicks(low, high, 9), label) };
};

export const capacityFigure = ({ capacity }: LoadResult): Figure | undefined => {
  const known = capacity.filter((one) => one.void === undefined && one.steps.length > 0);
  if (known.length === 0) return undefined;
  const data = known.flatMap(({ protocol, steps }) =>
    steps.map(({ concurrency, perSecond }) => ({ protocol, x: concurrency, y: perSecond })),
  );
  const busy = known
    .filter(({ limitedBy }) => limitedBy === 'generator')
    .map(({ protocol }) => TITLES[protocol]);
  const note =
    busy.length > 0 && ` ${busy.join(' and ')}: limited by the load generator, so the server can do more.`;
  return {
    name: 'capacity',
    title: 'Throughput against concurrency',
    legend: renderProtocolLegend(known.map(({ protocol }) => protocol)),
    caption: ['Closed loop: each caller sends its next request after the response to the last.', note],
    draw: () => ({
      ...MARGINS,
      height: 300,
      x: { type: 'log', base: 2 },
      y: {
        domain: [0, Math.max(...data.map(({ y }) => y)) * 1.05],
        ticks: 6,
        tickFormat: formatTick,
        grid: true,
        label: 'throughput (requests/s)',
      },
      marks: [
        ...logAxisX([...new Set(data.map(({ x }) => x))], 'concurrent requests (log scale)'),
        Plot.ruleY([0]),
        ...drawLines(data),
      ],
    }),
  };
};

export const openLoopFigure = ({ open }: LoadResult): Figure | undefined => {
  const known = open.filter((one) => one.void === undefined);
  const data = known
    .flatMap(({ protocol, ratePerSecond: x, latencyMs: { median, p99 } }) => [
      { protocol, x, y: median, panel: 'median' },
      { protocol, x, y: p99, panel: 'p99' },
    ])
    .filter(isOnLogAxis);
  if (data.length === 0) return undefined;
  return {
    name: 'open-loop',
    title: 'Latency against arrival rate',
    legend: renderProtocolLegend(known.map(({ protocol }) => protocol)),
    caption:
      'Open loop: requests arrive at this rate whether or not the server keeps up, and latency counts from when each was due.',
    draw: (place) => openLoopOptions(data, place),
  };
};

const openLoopOptions = (data: readonly Point[], { isNarrow }: Place): Plot.PlotOptions => {
  const panels = ['median', 'p99'];
  const facet = isNarrow ? 'fy' : 'fx';
  const { y, axis } = logY(data, LATENCY);
  return {
    ...MARGINS,
    height: isNarrow ? 460 : 320,
    [facet]: { domain: panels, axis: null, padding: 0.1 },
    x: { domain: [0, Math.max(...data.map(({ x }) => x)) * 1.06], label: 'arrival rate (requests/s)' },
    y,
    marks: [
      ...axis,
      Plot.axisX({ ticks: isNarrow ? 5 : 4, tickFormat: formatTick }),
      Plot.frame({ strokeOpacity: 0.15 }),
      ...drawLines(data, { [facet]: 'panel' }),
      Plot.text(panels, {
        [facet]: panels,
        text: panels,
        frameAnchor: 'top-left',
        fontWeight: 600,
        dx: 8,
        dy: 8,
      }),
    ],
  };
};

/**
 * Interpolates between points: latency is linear in the round-trip time and in the time per byte. Straight lines on a
 * logarithmic axis would cross at other positions.
 */
const interpolate = ({ over, points }: Sweep, protocol: ProtocolName, at: number): number | undefined => {
  const left = points.findLast((point) => point.at <= at);
  const right = points.find((point) => point.at >= at);
  const [begin, end] = [left?.medianMs[protocol], right?.medianMs[protocol]];
  if (!left || !right || begin === undefined || end === undefined) return undefined;
  const scale = over === 'rtt' ? (x: number) => x : (x: number) => 1 / x;
  const share = right.at === left.at ? 0 : (scale(at) - scale(left.at)) / (scale(right.at) - scale(left.at));
  return begin + share * (end - begin);
};

const PIECES = 12;

/** Every measured position, and some in between. */
const listFinePositions = ({ points }: Sweep): number[] =>
  points.flatMap(({ at }, index) => {
    const next = points[index + 1];
    return next ? Array.from({ length: PIECES }, (_, piece) => at + ((next.at - at) * piece) / PIECES) : [at];
  });

const interpolatePoints = (sweep: Sweep, places: readonly number[]): Point[] =>
  PROTOCOL_NAMES.flatMap((protocol) =>
    places.flatMap((x) => {
      const y = interpolate(sweep, protocol, x);
      return y === undefined ? [] : { protocol, x, y };
    }),
  ).filter(isOnLogAxis);

const findCrossingPoints = (sweep: Sweep) =>
  sweep.crossovers.flatMap(({ at: x, protocols: [slower] }, index) => {
    const y = interpolate(sweep, slower, x);
    return y === undefined ? [] : { x, y, letter: String.fromCharCode(97 + index) };
  });

const sweepOptions = (sweep: Sweep, data: readonly Point[], { isNarrow }: Place): Plot.PlotOptions => {
  const places = sweep.points.map(({ at }) => at);
  const fromZero = Math.min(...places) <= 0;
  const marked = findCrossingPoints(sweep);
  const { y, axis } = logY(data, `median ${LATENCY}`);
  return {
    ...MARGINS,
    height: isNarrow ? 320 : 340,
    // A logarithmic axis cannot show zero, a symmetric one can.
    x: { type: fromZero ? 'symlog' : 'log', inset: 6 },
    y,
    marks: [
      ...axis,
      ...logAxisX(
        places,
        `${SWEEP_NAMES[sweep.over]} (${sweep.unit}, log scale${fromZero ? ' above 1' : ''})`,
      ),
      Plot.ruleX(marked, { x: 'x', strokeDasharray: '2 3' }),
      ...drawLines(data, {}, interpolatePoints(sweep, listFinePositions(sweep))),
      Plot.dot(marked, { x: 'x', y: 'y', r: 7, stroke: 'currentColor', strokeWidth: 1.5 }),
      // Letters that would overlap stand below one another.
      Plot.text(marked, Plot.dodgeY({ anchor: 'top', r: 7, x: 'x', dx: 8, text: 'letter', fontWeight: 600 })),
    ],
  };
};

export const sweepFigure = (sweep: Sweep): Figure | undefined => {
  const data = interpolatePoints(
    sweep,
    sweep.points.map(({ at }) => at),
  );
  if (data.length === 0) return undefined;
  const texts = describeCrossovers(sweep);
  return {
    name: `sweep-${sweep.over}`,
    title: `Latency against ${SWEEP_NAMES[sweep.over]}`,
    legend: renderProtocolLegend(data.map(({ protocol }) => protocol)),
    caption:
      sweep.crossovers.length > 0
        ? html`Circles mark where the ranking changes: <ol class="letters">${texts.map((text) => html`<li>${text}</li>`)}</ol>`
        : texts,
    draw: (place) => sweepOptions(sweep, data, place),
  };
};
