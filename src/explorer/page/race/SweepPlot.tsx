/** Medians of a sweep by protocol, with the crossings of the ranking. */
import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ProtocolName, SweptQuantity } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import { colour, FONT, logTicks, Plot, scaledFont } from './Plot';
import type { RaceState } from './race-state';
import { QUANTITIES, shortNumber } from './result-text';

interface SweepPlotProps {
  readonly race: RaceState;
  readonly sweep: SweptQuantity;
  readonly drawCount: number;
}

/** Scales of the x axis that space the measured values about evenly. */
const PLACE = {
  rtt: Math.asinh,
  bandwidth: Math.log,
  pageSize: Math.log,
  fields: (at: number) => at,
} as const satisfies Record<SweptQuantity, (at: number) => number>;

const medianOf = ({ points }: RaceState, at: number, protocol: ProtocolName): number | null => {
  const rows = points.find((point) => point.at === at)?.rows ?? [];
  const row = rows.find((one) => one.protocol === protocol);
  return row ? Math.log(row.medianMs) : null;
};

export const SweepPlot = ({ race, sweep, drawCount }: SweepPlotProps) => {
  const { positions } = race;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the race state is mutated, and drawCount signals a change.
  const data = useMemo(
    (): uPlot.AlignedData => [
      positions.map(PLACE[sweep]),
      ...PROTOCOLS.map((protocol) => positions.map((at) => medianOf(race, at, protocol))),
    ],
    [race, positions, drawCount],
  );
  const latest = useRef(race);
  latest.current = race;
  const options = useMemo(() => optionsOf(sweep, positions, () => latest.current), [sweep, positions]);
  return (
    <Plot
      label={`The median time per call of each protocol over the ${QUANTITIES[sweep].name}. The table below has its figures.`}
      options={options}
      data={data}
    />
  );
};

const optionsOf = (
  sweep: SweptQuantity,
  positions: readonly number[],
  race: () => RaceState,
): Omit<uPlot.Options, 'width' | 'height'> => {
  const place = PLACE[sweep];
  const grid = { stroke: (plot: uPlot) => colour(plot, 'line'), width: 1 };
  const axis = { stroke: (plot: uPlot) => colour(plot, 'muted'), font: FONT, ticks: { show: false }, grid };
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [18, 76, 0, 0],
    scales: {
      x: {
        time: false,
        range: () => [place(positions[0] ?? 0), place(positions.at(-1) ?? 1)],
      },
      y: { range: (_, low, high) => rangeOf(low, high) },
    },
    axes: [
      {
        ...axis,
        splits: () => positions.map(place),
        values: () => positions.map(shortNumber),
        label: QUANTITIES[sweep].axis,
        labelFont: FONT,
        labelSize: 20,
        size: 28,
      },
      {
        ...axis,
        splits: (_, __, low, high) => logTicks(Math.exp(low), Math.exp(high)).map(Math.log),
        values: (_, splits) => splits.map((at) => `${shortNumber(Math.exp(at))} ms`),
        size: 64,
      },
    ],
    series: [
      {},
      ...PROTOCOLS.map((protocol) => ({
        width: 2,
        stroke: (plot: uPlot) => colour(plot, protocol),
        points: { show: true, size: 6, fill: (plot: uPlot) => colour(plot, protocol) },
      })),
    ],
    hooks: {
      draw: [(plot) => drawCrossings(plot, race(), place), (plot) => drawNames(plot, race())],
    },
  };
};

/** In logarithms of milliseconds. */
const rangeOf = (low: number | null, high: number | null): [number, number] => {
  const [from, to] = [low ?? 0, high ?? Math.log(10)];
  const margin = Math.max(0.15, 0.06 * (to - from));
  return [from - margin, to + margin];
};

const NAME_GAP = 15;

/** Draws each name beside its last point; close names are moved apart. */
const drawNames = (plot: uPlot, race: RaceState): void => {
  const { ctx, bbox } = plot;
  const at = race.points.at(-1)?.at;
  if (at === undefined) return;
  const names = PROTOCOLS.map((protocol) => ({
    protocol,
    y: plot.valToPos(medianOf(race, at, protocol) ?? 0, 'y', true),
  })).sort((one, other) => one.y - other.y);
  const gap = NAME_GAP * uPlot.pxRatio;
  for (const [index, name] of names.entries()) {
    name.y = Math.max(name.y, (names[index - 1]?.y ?? Number.NEGATIVE_INFINITY) + gap);
  }
  // Names below the plot move up again.
  let bottom = bbox.top + bbox.height;
  for (const name of names.reverse()) {
    name.y = Math.min(name.y, bottom);
    bottom = name.y - gap;
  }
  ctx.save();
  ctx.font = scaledFont(600);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const x = bbox.left + bbox.width + 8 * uPlot.pxRatio;
  for (const { protocol, y } of names) {
    ctx.fillStyle = colour(plot, protocol);
    ctx.fillText(TITLES[protocol], x, y);
  }
  ctx.restore();
};

/** Draws a dashed line per crossing, with its number in the list. */
const drawCrossings = (plot: uPlot, { crossings }: RaceState, place: (at: number) => number): void => {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = scaledFont(600);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  ctx.strokeStyle = colour(plot, 'muted');
  ctx.fillStyle = colour(plot, 'ink');
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  for (const [index, { at }] of crossings.entries()) {
    const x = plot.valToPos(place(at), 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(String(index + 1), x, bbox.top - 2 * uPlot.pxRatio);
  }
  ctx.restore();
};
