/** The median of each protocol as one quantity grows, and where two of them change places. */
import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ProtocolName, SweepOf } from '../../api';
import { PROTOCOLS, TITLES } from '../shared/protocols';
import type { Course } from './race-state';
import { colour, FONT, logTicks, Plot, scaledFont } from './Plot';
import { figure, QUANTITIES } from './result-text';

interface SweepPlotProps {
  readonly course: Course;
  readonly sweep: SweepOf;
  readonly drawn: number;
}

/** Where a position stands: so that those which are measured are about evenly apart. */
const PLACE = {
  rtt: Math.asinh,
  bandwidth: Math.log,
  pageSize: Math.log,
  fields: (at: number) => at,
} as const satisfies Record<SweepOf, (at: number) => number>;

const medianOf = ({ points }: Course, at: number, protocol: ProtocolName): number | null => {
  const rows = points.find((point) => point.at === at)?.rows ?? [];
  const row = rows.find((one) => one.protocol === protocol);
  return row ? Math.log(row.medianMs) : null;
};

export const SweepPlot = ({ course, sweep, drawn }: SweepPlotProps) => {
  const { positions } = course;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was told of the course since is what changes it.
  const data = useMemo(
    (): uPlot.AlignedData => [
      positions.map(PLACE[sweep]),
      ...PROTOCOLS.map((protocol) => positions.map((at) => medianOf(course, at, protocol))),
    ],
    [course, positions, drawn],
  );
  const latest = useRef(course);
  latest.current = course;
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
  sweep: SweepOf,
  positions: readonly number[],
  course: () => Course,
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
        values: () => positions.map(figure),
        label: QUANTITIES[sweep].axis,
        labelFont: FONT,
        labelSize: 20,
        size: 28,
      },
      {
        ...axis,
        splits: (_, __, low, high) => logTicks(Math.exp(low), Math.exp(high)).map(Math.log),
        values: (_, splits) => splits.map((at) => `${figure(Math.exp(at))} ms`),
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
      draw: [(plot) => drawCrossings(plot, course(), place), (plot) => drawNames(plot, course())],
    },
  };
};

/** Of logarithms of milliseconds. */
const rangeOf = (low: number | null, high: number | null): [number, number] => {
  const [from, to] = [low ?? 0, high ?? Math.log(10)];
  const margin = Math.max(0.15, 0.06 * (to - from));
  return [from - margin, to + margin];
};

const NAME_GAP = 15;

/** Beside the last point of each; where two are close, one below the other. */
const drawNames = (plot: uPlot, course: Course): void => {
  const { ctx, bbox } = plot;
  const at = course.points.at(-1)?.at;
  if (at === undefined) return;
  const names = PROTOCOLS.map((protocol) => ({
    protocol,
    y: plot.valToPos(medianOf(course, at, protocol) ?? 0, 'y', true),
  })).sort((one, other) => one.y - other.y);
  const gap = NAME_GAP * uPlot.pxRatio;
  for (const [index, name] of names.entries()) {
    name.y = Math.max(name.y, (names[index - 1]?.y ?? Number.NEGATIVE_INFINITY) + gap);
  }
  // What was pushed out at the bottom pushes back.
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

/** A line for each, with its number in the list. */
const drawCrossings = (plot: uPlot, { crossings }: Course, place: (at: number) => number): void => {
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
