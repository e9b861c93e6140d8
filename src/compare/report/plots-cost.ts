/** Stacked bars: the cost of an answer in bytes and CPU time, and the parts of its time. */
import * as Plot from '@observablehq/plot';
import type { ProtocolName } from '../../contract/protocol';
import type { Kinds, Ladder, Row } from '../run/result';
import { selectValidRows } from './columns';
import { type Figure, type Place, protocolColor, renderPartLegend, tintColor } from './figure';
import { formatInteger, formatNumber, TITLES } from './format';
import { formatTick } from './ticks';

interface Segment {
  readonly title: string;
  readonly lane: string;
  readonly from: number;
  readonly to: number;
  readonly color: string;
  /** Makes the end of the palest part visible. */
  readonly edge: string;
}

/** Stacks the parts outward from 0, to the left if `direction` is -1. */
const stackParts = (
  protocol: ProtocolName,
  lane: string,
  parts: readonly number[],
  direction: 1 | -1 = 1,
): Segment[] => {
  let end = 0;
  return parts.map((part, step) => {
    const begin = end;
    end += direction * part;
    return {
      title: TITLES[protocol],
      lane,
      from: Math.min(begin, end),
      to: Math.max(begin, end),
      color: tintColor(protocolColor(protocol), step),
      edge: protocolColor(protocol),
    };
  });
};

interface Total {
  readonly title: string;
  readonly lane: string;
  readonly at: number;
  readonly text: string;
}

const stackedOptions = (
  { isNarrow }: Place,
  data: readonly Segment[],
  totals: readonly Total[],
  label: string,
): Plot.PlotOptions => {
  const titles = [...new Set(data.map(({ title }) => title))];
  const lanes = [...new Set(data.map(({ lane }) => lane))];
  const low = Math.min(0, ...data.map(({ from }) => from));
  const high = Math.max(1, ...data.map(({ to }) => to), ...totals.map(({ at }) => at));
  // The totals stand beside their bars.
  const room = (high - low) * (isNarrow ? 0.24 : 0.14);
  const lane = { y: 'lane', fy: 'title' } as const;
  const total = { ...lane, x: 'at', text: 'text' } as const;
  return {
    height: 70 + titles.length * (12 + lanes.length * 20),
    marginLeft: 66,
    marginRight: 18,
    marginTop: 28,
    marginBottom: 42,
    x: { domain: [low < 0 ? low - room : 0, high + room], label, labelArrow: low < 0 ? 'none' : undefined },
    y: { domain: lanes, axis: null, padding: 0.12 },
    fy: { domain: titles, padding: 0.18 },
    marks: [
      Plot.axisFy({ anchor: 'left', label: 'protocol', labelAnchor: 'top', tickSize: 0 }),
      Plot.axisX({ ticks: isNarrow ? 4 : 7, tickFormat: (value: number) => formatTick(Math.abs(value)) }),
      Plot.gridX({ ticks: isNarrow ? 4 : 7 }),
      Plot.rect(data, {
        ...lane,
        x1: 'from',
        x2: 'to',
        fill: 'color',
        stroke: 'edge',
        strokeWidth: 0.75,
      }),
      Plot.ruleX([0]),
      Plot.text(
        totals.filter(({ at }) => at >= 0),
        { ...total, textAnchor: 'start', dx: 4 },
      ),
      Plot.text(
        totals.filter(({ at }) => at < 0),
        { ...total, textAnchor: 'end', dx: -4 },
      ),
    ],
  };
};

const KINDS = ['body', 'headers', 'framing', 'trailers'] as const satisfies readonly (keyof Kinds)[];
const listParts = (kinds: Kinds): number[] => KINDS.map((kind) => kinds[kind]);

export const bytesFigure = (all: readonly Row[]): Figure | undefined => {
  const lanes = selectValidRows(all).flatMap(({ protocol, bytes }) =>
    bytes
      ? (['identity', 'gzip'] as const).map((coding) => ({ protocol, coding, ...bytes[coding].steady }))
      : [],
  );
  if (lanes.length === 0) return undefined;
  const data = lanes.flatMap(({ protocol, coding, up, down }) => [
    ...stackParts(protocol, coding, listParts(down)),
    ...stackParts(protocol, coding, listParts(up), -1),
  ]);
  const totals = lanes.flatMap(({ protocol, coding: lane, up, down }) => [
    {
      title: TITLES[protocol],
      lane,
      at: down.total,
      text: `${formatInteger(down.total)}${lane === 'gzip' ? ' gzip' : ''}`,
    },
    { title: TITLES[protocol], lane, at: -up.total, text: formatInteger(up.total) },
  ]);
  return {
    name: 'bytes',
    title: 'Bytes for one answer, by kind',
    legend: renderPartLegend(KINDS),
    caption:
      'On an open connection, everything on the socket: requests to the left, responses to the right. The lower bar of each pair is with gzip.',
    draw: (place) => stackedOptions(place, data, totals, '← up     bytes per answer     down →'),
  };
};

export const cpuFigure = (all: readonly Row[]): Figure | undefined => {
  const rows = selectValidRows(all);
  if (rows.length === 0) return undefined;
  const parts = rows.map(({ protocol, clientCpuUs, serverCpuUs = 0 }) => ({
    protocol,
    parts: [serverCpuUs, clientCpuUs],
  }));
  return {
    name: 'cpu',
    title: 'CPU time for one call',
    legend: renderPartLegend(['server', 'client']),
    caption: [
      'Latency includes the client: a slow client makes a protocol look slow even if its server is fast.',
      rows.some(({ serverCpuUs }) => serverCpuUs === undefined) &&
        " The CPU time of another implementation's server is not measured.",
    ],
    draw: (place) =>
      stackedOptions(
        place,
        parts.flatMap(({ protocol, parts }) => stackParts(protocol, '', parts)),
        parts.map(({ protocol, parts: [server = 0, client = 0] }) => ({
          title: TITLES[protocol],
          lane: '',
          at: server + client,
          text: formatNumber(server + client),
        })),
        'CPU time per call (µs)',
      ),
  };
};

const LADDER = ['domain', 'codec', 'protocol & transport', 'library', 'the rest of the adapter'];

/** Each part was measured separately. Parts overlap, as the bare library encodes too, so the stack is cut at the whole. */
const computeLadderParts = ({ domainUs, codecUs, floorUs, bareUs, wholeUs }: Ladder): number[] => {
  let left = wholeUs;
  const parts = [domainUs, codecUs, floorUs, bareUs - floorUs].map((us) => {
    const part = Math.max(0, Math.min(us, left));
    left -= part;
    return part;
  });
  return [...parts, left];
};

export const ladderFigure = (ladders: readonly Ladder[]): Figure | undefined => {
  if (ladders.length === 0) return undefined;
  const data = ladders.flatMap((ladder) => stackParts(ladder.protocol, '', computeLadderParts(ladder)));
  const at = (ladder: Ladder, us: number): Total => ({
    title: TITLES[ladder.protocol],
    lane: '',
    at: us,
    text: `${formatNumber(ladder.wholeUs)} in all`,
  });
  const totals = ladders.map((ladder) => at(ladder, Math.max(ladder.wholeUs, ladder.bareUs)));
  const bare = ladders.map((ladder) => at(ladder, ladder.bareUs));
  return {
    name: 'ladder',
    title: 'Parts of the time of one call',
    legend: renderPartLegend(LADDER),
    caption:
      'A bar and its number are the measured whole. Its parts were measured separately and overlap, so the stack is cut at the whole. The thick line is the bare library: a line beyond the bar means that the service takes less time than that library with its defaults.',
    draw: (place) => {
      const options = stackedOptions(place, data, totals, 'time per call (µs)');
      const line = Plot.tickX(bare, { x: 'at', y: 'lane', fy: 'title', strokeWidth: 2.5, inset: -3 });
      return { ...options, marks: [...(options.marks ?? []), line] };
    },
  };
};
