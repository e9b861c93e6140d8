/** Figures. Each plot is drawn twice, for wide and for narrow places, and CSS shows one, as scaling would shrink its text. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { PROTOCOL_NAMES, type ProtocolName } from '../../contract/protocol';
import { TITLES } from './format';
import { type Content, html, Markup } from './markup';
import { formatTick } from './ticks';

export interface Figure {
  /** Identifies the plot, also for tests. */
  readonly name: string;
  readonly title: string;
  /** How to read the plot. */
  readonly caption: Content;
  readonly legend?: Content;
  readonly draw: (place: Place) => Plot.PlotOptions;
}

export interface Place {
  readonly width: number;
  readonly isNarrow: boolean;
}

const PLACES = {
  wide: { width: 560, isNarrow: false },
  narrow: { width: 350, isNarrow: true },
} as const satisfies Record<string, Place>;

const { document } = parseHTML('<html><body></body></html>');

/** Rounded to tenths of a pixel, as more digits only make the file longer. */
const GEOMETRY = ['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height'];
const roundGeometry = (value: string): string =>
  value.replace(/-?\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));

const renderSvg = ({ title, draw }: Figure, place: Place): Markup => {
  const options = draw(place);
  const plot = Plot.plot({ document, width: place.width, ariaLabel: title, ...options });
  // Plot's own style would set a white background; the page's style replaces it.
  for (const style of plot.querySelectorAll('style')) style.remove();
  plot.setAttribute('role', 'img');
  for (const element of plot.querySelectorAll('*')) {
    for (const name of GEOMETRY) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, roundGeometry(value));
    }
  }
  return new Markup(plot.outerHTML);
};

const renderHeading = (title: string, level: 3 | 4): Markup =>
  level === 3 ? html`<h3 class="title">${title}</h3>` : html`<h4 class="title">${title}</h4>`;

/** `level` is the level of the figure's heading. */
export const renderFigure = (figure: Figure, level: 3 | 4 = 3): Markup => html`
<figure data-plot="${figure.name}">
${renderHeading(figure.title, level)}
${figure.legend}
${Object.entries(PLACES).map(([name, place]) => html`<div class="plot ${name}">${renderSvg(figure, place)}</div>`)}
<figcaption>${figure.caption}</figcaption>
</figure>`;

export const protocolColor = (protocol: ProtocolName): string => `var(--${protocol})`;

/** Parts of a bar are steps from the protocol's colour towards the page's background. */
const STEPS = [100, 70, 49, 34, 22];
export const tintColor = (color: string, step: number): string =>
  step === 0 ? color : `color-mix(in oklab, ${color} ${STEPS[step]}%, var(--page))`;

/** Symbols distinguish the lines for readers who cannot see the colours. */
export const SYMBOLS = {
  rest: 'circle',
  graphql: 'diamond',
  grpc: 'triangle',
  soap: 'square',
} as const satisfies Record<ProtocolName, Plot.SymbolType>;

const SHAPES = {
  rest: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z',
  graphql: 'M6 0.5L10 6L6 11.5L2 6z',
  grpc: 'M6 1L11 10.5L1 10.5z',
  soap: 'M2 2h8v8h-8z',
} as const satisfies Record<ProtocolName, string>;

export const renderSymbol = (protocol: ProtocolName): Markup =>
  html`<svg class="symbol" viewBox="0 0 12 12" aria-hidden="true"><path d="${SHAPES[protocol]}" fill="${protocolColor(protocol)}"/></svg>`;

export const renderProtocolLegend = (protocols: readonly ProtocolName[]): Markup => html`<ul class="legend">
${PROTOCOL_NAMES.filter((name) => protocols.includes(name)).map((name) => html`<li>${renderSymbol(name)}${TITLES[name]}</li>`)}
</ul>`;

export const renderPartLegend = (parts: readonly string[]): Markup => html`<ul class="legend">
${parts.map((part, step) => html`<li><span class="swatch" style="background:${tintColor('var(--part)', step)}"></span>${part}</li>`)}
</ul>`;

/** Drawn as marks, as Plot leaves out some labels of a logarithmic axis, whatever ticks are set. */
export const logAxisX = (ticks: readonly number[], label: string): Plot.Markish[] => [
  Plot.gridX(ticks),
  Plot.axisX(ticks, { text: formatTick, label }),
];
export const logAxisY = (ticks: readonly number[], label: string): Plot.Markish[] => [
  Plot.gridY(ticks),
  Plot.axisY(ticks, { text: formatTick, label }),
];
