/** Positions of a drawing: prerequisites to the left of dependents, nodes without edges in a grid below. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Drawing, DrawnEdge, DrawnNode } from './drawing';

export const NODE = { width: 140, height: 42 } as const;
const GAP = { across: 38, down: 14 } as const;
const FRAME = { title: 26, padding: 10, gap: 10, above: 28, columnsMax: 6 } as const;
/** Keeps strokes at the border visible. */
const MARGIN = 4;

export interface Placed extends DrawnNode {
  /** Centre of the node. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends DrawnEdge {
  /** The `d` of an SVG path. */
  readonly line: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly PlacedEdge[];
  readonly frame?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly title: string;
    /** From the chosen skill down to the frame. */
    readonly tie?: string;
  };
}

/** Number of a frame's columns that fit into a width. */
export const columnsIn = (width: number): number => {
  const columns = Math.floor((width - 2 * FRAME.padding + FRAME.gap) / (NODE.width + FRAME.gap));
  return Math.min(Math.max(columns, 1), FRAME.columnsMax);
};

/** The frame has the width of the graph above it, and at least `columnsMin` columns. */
export const layOut = (drawing: Drawing, columnsMin: number): Layout => {
  const joined = layOutJoined(drawing);
  if (drawing.framed.length === 0) return joined;
  const columns = Math.min(Math.max(columnsIn(joined.width), columnsMin), drawing.framed.length);
  const rows = Math.ceil(drawing.framed.length / columns);
  const width = columns * (NODE.width + FRAME.gap) - FRAME.gap + 2 * FRAME.padding;
  const height = rows * (NODE.height + FRAME.gap) - FRAME.gap + FRAME.title + FRAME.padding;
  const chosen = joined.nodes.find(({ role }) => role === 'chosen');
  const rightmost = joined.width - width - MARGIN;
  const x = Math.max(MARGIN, Math.min((chosen?.x ?? 0) - width / 2, rightmost));
  const y = drawing.nodes.length > 0 ? joined.height + FRAME.above : MARGIN;
  const framed = drawing.framed.map((node, index) => ({
    ...node,
    x: x + FRAME.padding + (index % columns) * (NODE.width + FRAME.gap) + NODE.width / 2,
    y: y + FRAME.title + Math.floor(index / columns) * (NODE.height + FRAME.gap) + NODE.height / 2,
  }));
  return {
    width: Math.max(joined.width, x + width + MARGIN),
    height: y + height + MARGIN,
    nodes: [...joined.nodes, ...framed],
    edges: joined.edges,
    frame: {
      ...{ x, y, width, height, title: drawing.frameTitle },
      ...(chosen && { tie: `M${chosen.x} ${chosen.y + NODE.height / 2}V${y}` }),
    },
  };
};

const layOutJoined = ({ nodes, edges }: Drawing): Layout => {
  if (nodes.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const graph = new Graph<object, Partial<Point>, { points?: Point[] }>();
  graph.setGraph({
    rankdir: 'LR',
    ...{ ranksep: GAP.across, nodesep: GAP.down, edgesep: GAP.down },
    ...{ marginx: MARGIN, marginy: MARGIN },
  });
  for (const { id } of nodes) graph.setNode(id, { ...NODE } as Partial<Point>);
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const at = (id: string): Point => ({ x: 0, y: 0, ...graph.node(id) });
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y } = at(node.id);
      return { ...node, x, y };
    }),
    edges: edges.map(({ from, to }) => ({
      ...{ from, to },
      line: lineOf(at(from), at(to), graph.edge(from, to).points ?? []),
    })),
  };
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Straight through each column that the edge passes, and curved between columns. Every second point lies in a column. */
const lineOf = (from: Point, to: Point, points: readonly Point[]): string => {
  const passed = points.slice(1, -1).filter((_, index) => index % 2 === 1);
  const half = NODE.width / 2;
  let line = `M${from.x + half} ${from.y}`;
  let at = { x: from.x + half, y: from.y };
  for (const { x, y } of [...passed, to]) {
    const middle = (at.x + x - half) / 2;
    line += `C${middle} ${at.y} ${middle} ${y} ${x - half} ${y}`;
    if (x !== to.x) line += `H${x + half}`;
    at = { x: x + half, y };
  }
  return line;
};

const LINE_CHARS = 17;

/** At most two lines; the full name is in the node's title. */
export const linesOf = (name: string): string[] => {
  if (name.length <= LINE_CHARS) return [name];
  const space = name.lastIndexOf(' ', LINE_CHARS);
  const cut = space > 0 ? space : LINE_CHARS;
  const rest = name.slice(cut).trim();
  return [name.slice(0, cut), rest.length > LINE_CHARS ? `${rest.slice(0, LINE_CHARS - 1)}…` : rest];
};
