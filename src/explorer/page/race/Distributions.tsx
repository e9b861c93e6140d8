/** Histograms of call times, one row per protocol, growing during the race. */
import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ProtocolName, RaceRow } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { colour, FONT, logTicks, Plot, scaledFont } from './Plot';
import { binAt, binStart, type RaceState } from './race-state';
import { shortNumber, threeDigits } from './result-text';

interface DistributionsProps {
  readonly race: RaceState | undefined;
  /** The race state is mutated during the race; a new count means that it has changed. */
  readonly drawCount: number;
}

/** Share of a row's height; the rest is the gap to the next row. */
const FILLED = 0.78;
/** The range shown before a race, and the least width in bins. */
const FIRST_MS = [1, 10] as const;
const LEAST_BINS = 24;
/** The range grows in steps, so that it does not change with every call. */
const STEP_BINS = 6;
/** The slowest calls are not drawn; the table covers them in p99. */
const SHOWN_SHARE = 0.985;

const baseOf = (protocol: ProtocolName): number => PROTOCOLS.length - 1 - PROTOCOLS.indexOf(protocol);

/** The visible bins, and the number of calls that fills a row's height. */
interface View {
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

const viewOf = (histograms: RaceState['histograms'] | undefined): View => {
  const all = PROTOCOLS.map((name) =>
    [...(histograms?.[name] ?? [])].sort(([one], [other]) => one - other),
  ).filter((bins) => bins.length > 0);
  if (all.length === 0) {
    const [low, high] = FIRST_MS.map((ms) => binAt(Math.log(ms))) as [number, number];
    return { from: low, to: high, most: 1 };
  }
  const first = Math.min(...all.map(([bin]) => bin?.[0] ?? 0));
  const last = Math.max(...all.map((bins) => shownEnd(bins)));
  const from = Math.floor((first - 1) / STEP_BINS) * STEP_BINS;
  const to = Math.max(Math.ceil((last + 2) / STEP_BINS) * STEP_BINS, from + LEAST_BINS);
  return { from, to, most: roundedUp(Math.max(...all.flat().map(([, count]) => count))) };
};

const shownEnd = (bins: readonly (readonly [number, number])[]): number => {
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= SHOWN_SHARE * total) return bin;
  }
  return 0;
};

/** The scale grows in steps, so that bars grow most of the time and the row is rescaled rarely. */
const roundedUp = (count: number): number =>
  [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].find((limit) => limit >= count) ?? count;

const dataOf = (
  histograms: RaceState['histograms'] | undefined,
  { from, to, most }: View,
): uPlot.AlignedData => {
  const bins = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const rows = PROTOCOLS.map((name) =>
    bins.map((bin) => baseOf(name) + (FILLED * (histograms?.[name].get(bin) ?? 0)) / most),
  );
  return [bins.map(binStart), ...rows];
};

export const Distributions = ({ race, drawCount }: DistributionsProps) => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the race state is mutated, and drawCount signals a change.
  const data = useMemo(() => {
    const { histograms } = race ?? {};
    return dataOf(histograms, viewOf(histograms));
  }, [race, drawCount]);
  const rows = useRef<readonly RaceRow[]>([]);
  rows.current = race?.rows ?? [];
  const options = useMemo(() => optionsOf(() => rows.current), []);
  return (
    <Plot
      label="Histograms of the time per call, one for each protocol. The table below has their figures."
      options={options}
      data={data}
    />
  );
};

/** Draws protocol names into the margin, in canvas pixels. */
const drawNames = (plot: uPlot): void => {
  const { ctx } = plot;
  ctx.save();
  ctx.font = scaledFont(600);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const protocol of PROTOCOLS) {
    ctx.fillStyle = colour(plot, protocol);
    ctx.fillText(TITLES[protocol], 0, plot.valToPos(baseOf(protocol), 'y', true));
  }
  ctx.restore();
};

const drawMedians = (plot: uPlot, rows: readonly RaceRow[]): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = scaledFont();
  ctx.textBaseline = 'top';
  ctx.lineWidth = 2 * uPlot.pxRatio;
  for (const { protocol, medianMs } of rows) {
    const x = plot.valToPos(Math.log(medianMs), 'x', true);
    const [bottom, top] = [0, 0.88].map((share) => plot.valToPos(baseOf(protocol) + share, 'y', true)) as [
      number,
      number,
    ];
    ctx.strokeStyle = colour(plot, protocol);
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x, top);
    ctx.stroke();
    const text = `${threeDigits(medianMs)} ms`;
    const gap = 6 * uPlot.pxRatio;
    const isLate = x + gap + ctx.measureText(text).width > bbox.left + bbox.width;
    ctx.textAlign = isLate ? 'right' : 'left';
    ctx.fillStyle = colour(plot, 'ink');
    ctx.fillText(text, isLate ? x - gap : x + gap, top);
  }
  ctx.restore();
};

const optionsOf = (rows: () => readonly RaceRow[]): Omit<uPlot.Options, 'width' | 'height'> => ({
  legend: { show: false },
  cursor: { show: false },
  padding: [4, 26, 0, 0],
  scales: {
    x: { time: false, range: (_, low, high) => [low, high] },
    y: { range: [-0.04, PROTOCOLS.length - 0.08] },
  },
  axes: [
    {
      splits: (_, __, low, high) => logTicks(Math.exp(low), Math.exp(high)).map(Math.log),
      values: (_, splits) => splits.map((at) => `${shortNumber(Math.exp(at))} ms`),
      stroke: (plot) => colour(plot, 'muted'),
      grid: { stroke: (plot) => colour(plot, 'line'), width: 1 },
      ticks: { show: false },
      font: FONT,
      size: 32,
    },
    { splits: () => [], size: 70, grid: { show: false }, ticks: { show: false } },
  ],
  series: [
    {},
    ...PROTOCOLS.map((protocol) => ({
      paths: uPlot.paths.stepped?.({ align: 1 }),
      points: { show: false },
      width: 1.5,
      stroke: (plot: uPlot) => colour(plot, protocol),
      fill: (plot: uPlot) => `color-mix(in srgb, ${colour(plot, protocol)} 22%, transparent)`,
      fillTo: baseOf(protocol),
    })),
  ],
  hooks: { draw: [drawNames, (plot) => drawMedians(plot, rows())] },
});
