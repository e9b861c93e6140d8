/** The drawing as SVG in a scrollable box. It is one Tab stop; arrow keys move between skills. */
import './graph.css';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Drawing } from './drawing';
import { columnsIn, type Layout, layOut, linesOf, NODE, type Placed } from './layout';

/** The graph is not scaled below this by default, so that names stay readable; the box scrolls instead. */
const SCALE_READABLE = 0.85;
const SCALES = { min: 0.2, max: 2, step: 1.25 } as const;
/** Padding of the box, both sides together. */
const PADDING = 32;

interface GraphProps {
  readonly drawing: Drawing;
  readonly label: string;
  readonly caption: string;
  readonly addressOf: (skill: string) => string;
}

const useWidth = () => {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(box.current?.clientWidth ?? 0);
    const observer = new ResizeObserver(measure);
    if (box.current) observer.observe(box.current);
    measure();
    return () => observer.disconnect();
  }, []);
  return { box, width };
};

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** The nearest node in a direction; sideways distance counts double. */
const nextOf = (nodes: readonly Placed[], from: Placed, [right, down]: readonly [number, number]) => {
  const distance = ({ x, y }: Placed): number => {
    const [across, along] = [(x - from.x) * right, (y - from.y) * down];
    const off = Math.abs(right ? y - from.y : x - from.x);
    return across + along > 0 ? across + along + 2 * off : Number.POSITIVE_INFINITY;
  };
  const [next] = nodes.map((node) => ({ node, far: distance(node) })).sort((a, b) => a.far - b.far);
  return next && next.far < Number.POSITIVE_INFINITY ? next.node : undefined;
};

export const Graph = ({ drawing, label, caption, addressOf }: GraphProps) => {
  const { route } = useLocation();
  const { box, width } = useWidth();
  const [zoom, setZoom] = useState<number>();
  const [current, setCurrent] = useState<string>();
  const [pointed, point] = useState<string>();
  const arrow = useId();
  const columns = columnsIn(width - PADDING);
  const placed = useMemo(() => layOut(drawing, columns), [drawing, columns]);
  const chosen = placed.nodes.find(({ role }) => role === 'chosen');
  const stop = placed.nodes.find(({ id }) => id === current) ?? chosen ?? placed.nodes[0];
  const fit = placed.width === 0 ? 1 : Math.min(1, (width - PADDING) / placed.width);
  const scale = zoom ?? Math.max(fit, SCALE_READABLE);
  const zoomBy = (factor: number) => setZoom(Math.min(SCALES.max, Math.max(SCALES.min, scale * factor)));

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new drawing is scrolled to its middle.
  useLayoutEffect(() => {
    const { x, y } = chosen ?? { x: 0, y: 0 };
    box.current?.scrollTo({
      left: x * scale - box.current.clientWidth / 2,
      top: y * scale - box.current.clientHeight / 2,
    });
  }, [placed]);

  const turn = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || !stop) return;
    event.preventDefault();
    const next = nextOf(placed.nodes, stop, direction);
    if (!next) return;
    setCurrent(next.id);
    const links = box.current?.querySelectorAll<SVGAElement>('a') ?? [];
    [...links].find(({ dataset }) => dataset.id === next.id)?.focus();
  };
  /** The router does not handle links inside SVG. */
  const follow = (event: MouseEvent, id: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    route(addressOf(id));
  };

  return (
    <div>
      <div class="map-above">
        <p class="small muted" role="status">
          {caption}
        </p>
        <div class="map-zoom" role="group" aria-label="Size of the graph">
          <button type="button" onClick={() => zoomBy(1 / SCALES.step)} aria-label="Smaller">
            −
          </button>
          <button type="button" onClick={() => zoomBy(SCALES.step)} aria-label="Larger">
            +
          </button>
          <button type="button" onClick={() => setZoom(Math.max(SCALES.min, fit))}>
            Fit the width
          </button>
        </div>
      </div>
      <div class="map-box" ref={box} role="region" aria-label="Graph, scrolls" tabIndex={0}>
        <svg
          viewBox={`0 0 ${placed.width} ${placed.height}`}
          width={placed.width * scale}
          height={placed.height * scale}
          role="group"
          aria-label={label}
          onKeyDown={turn}
          onMouseLeave={() => point(undefined)}
        >
          <defs>
            {['arrow', 'arrow-highlighted'].map((kind) => (
              <marker
                key={kind}
                id={`${arrow}-${kind}`}
                class={kind}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0.5L8 4L0 7.5z" />
              </marker>
            ))}
          </defs>
          <Lines placed={placed} lit={pointed ?? chosen?.id} arrow={arrow} />
          {placed.nodes.map((node) => (
            <Node
              key={node.id}
              node={node}
              href={addressOf(node.id)}
              isStop={node === stop}
              onClick={follow}
              onPoint={point}
              onFocus={setCurrent}
            />
          ))}
        </svg>
      </div>
    </div>
  );
};

interface LinesProps {
  readonly placed: Layout;
  /** The skill whose edges are highlighted. */
  readonly lit: string | undefined;
  readonly arrow: string;
}

const Lines = ({ placed: { edges, frame }, lit, arrow }: LinesProps) => (
  <g>
    {frame && (
      <g class="map-frame">
        <rect x={frame.x} y={frame.y} width={frame.width} height={frame.height} rx="8" />
        {frame.tie && <path d={frame.tie} />}
        <text x={frame.x + 10} y={frame.y + 17}>
          {frame.title}
        </text>
      </g>
    )}
    {edges.map(({ from, to, line }) => {
      const isLit = lit === from || lit === to;
      return (
        <path
          key={`${from} ${to}`}
          class={isLit ? 'map-edge map-highlighted' : 'map-edge'}
          d={line}
          marker-end={`url(#${arrow}-${isLit ? 'arrow-highlighted' : 'arrow'})`}
        />
      );
    })}
  </g>
);

interface NodeProps {
  readonly node: Placed;
  readonly href: string;
  readonly isStop: boolean;
  readonly onClick: (event: MouseEvent, id: string) => void;
  readonly onPoint: (id: string | undefined) => void;
  readonly onFocus: (id: string) => void;
}

const Node = ({ node, href, isStop, onClick, onPoint, onFocus }: NodeProps) => {
  const { id, name, role, step, x, y } = node;
  const lines = linesOf(name);
  return (
    <g transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}>
      <a
        href={href}
        class={`map-node ${role}`}
        data-id={id}
        tabIndex={isStop ? 0 : -1}
        aria-current={role === 'chosen' ? 'true' : undefined}
        onClick={(event) => onClick(event, id)}
        onMouseEnter={() => onPoint(id)}
        onFocus={() => {
          onFocus(id);
          onPoint(id);
        }}
        onBlur={() => onPoint(undefined)}
      >
        <title>{step === undefined ? name : `Step ${step}: ${name}`}</title>
        <rect width={NODE.width} height={NODE.height} rx="6" />
        {lines.map((line, index) => (
          <text
            key={line}
            x={NODE.width / 2}
            y={NODE.height / 2 + 4.5 + (index - (lines.length - 1) / 2) * 15}
          >
            {line}
          </text>
        ))}
        {step !== undefined && (
          <g class="map-step">
            <circle cx="14" cy="0" r="10" />
            <text x="14" y="4">
              {step}
            </text>
          </g>
        )}
      </a>
    </g>
  );
};
