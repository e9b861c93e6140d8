/** One scenario of the HTML report: its question, the equality of the answers, the tables and the plots. */
import type { ProtocolName } from '../../contract/protocol';
import type { Kinds, Row, ScenarioResult } from '../run/result';
import { COST_COLUMNS, type Column, isBest, selectValidRows, timeColumns } from './columns';
import { renderFigure } from './figure';
import { formatInteger, TITLES } from './format';
import { describeEqualAnswers, describeTable, type GridRow } from './grids';
import { renderExplanation, renderLoad, renderSweeps } from './html-extras';
import { html, type Markup } from './markup';
import { latencyFigure } from './plots';
import { bytesFigure, cpuFigure } from './plots-cost';
import { renderGrid, renderHeadRow, renderProtocolCell, renderTable } from './tables';

export const renderScenario = (scenario: ScenarioResult, id: string): Markup => html`
<section id="${id}" aria-labelledby="${id}-title" data-scenario="${scenario.name}">
<h2 id="${id}-title">${scenario.name}</h2>
<p class="question">${scenario.question}</p>
${renderBody(scenario)}
</section>`;

const renderBody = (scenario: ScenarioResult): Markup => {
  const { differences, rows } = scenario;
  if (differences.length > 0) return renderDifferences(differences);
  if (rows.length === 0) return html`<p class="note">Nothing was measured: the run ended earlier.</p>`;
  const figures = [latencyFigure(rows), bytesFigure(rows), cpuFigure(rows)];
  return html`<p class="equal">✓ ${describeEqualAnswers(scenario)}</p>
${renderMeasuredTable(buildTimeTable(scenario))}
${renderMeasuredTable(buildCostTable(scenario))}
<p class="note">◆ marks the best of a column, and the medians statistically tied with it. ${describeTable(scenario).join(' ')}</p>
${renderByteDetails(rows)}
<div class="figures">${figures.map((figure) => figure && renderFigure(figure))}</div>
${scenario.load && renderLoad(scenario.load)}
${scenario.noLoad !== undefined && html`<p class="note">Not put under load: ${scenario.noLoad}</p>`}
${scenario.sweeps && renderSweeps(scenario.sweeps)}
${scenario.explanation && renderExplanation(scenario.explanation)}
${scenario.noExplanation !== undefined && html`<p class="note">Not explained: ${scenario.noExplanation}</p>`}`;
};

const renderDifferences = (differences: readonly string[]): Markup => html`
<p class="unequal"><strong>✗ The answers are not equal, so there are no valid figures.</strong></p>
${differences.map((text) => html`<div class="scroll" role="region" aria-label="Difference" tabindex="0"><pre>${text}</pre></div>`)}`;

interface MeasuredTable {
  readonly caption: string;
  readonly about: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const buildTimeTable = ({ base = 'rest', rows }: ScenarioResult): MeasuredTable => ({
  caption: 'Latency in milliseconds',
  about: `one call at a time, with 95% intervals, and medians in times of ${TITLES[base]}`,
  columns: timeColumns(base),
  rows,
});

const buildCostTable = ({ rows }: ScenarioResult): MeasuredTable => ({
  caption: 'What an answer costs',
  about: 'bytes are everything on the socket, compressed where it says gzip',
  columns: COST_COLUMNS,
  rows,
});

const renderMeasuredTable = ({ caption, about, columns, rows }: MeasuredTable): Markup =>
  renderTable({
    caption,
    about,
    head: html`${renderGroups(columns)}${renderHeadRow(['protocol', ...columns.map(({ title }) => title)])}`,
    rows: rows.map(
      (row) => html`<tr>${renderProtocolCell(row.protocol)}${renderCells(row, rows, columns)}</tr>`,
    ),
  });

/** A head row above the columns that share a group. */
const renderGroups = (columns: readonly Column[]): Markup | undefined => {
  const spans = new Map<string, number>();
  for (const { group } of columns) if (group) spans.set(group, (spans.get(group) ?? 0) + 1);
  if (spans.size === 0) return undefined;
  const heads = Array.from(
    spans,
    ([group, span]) => html`<th class="group" scope="colgroup" colspan="${span}">${group}</th>`,
  );
  return html`<tr><td></td>${heads}</tr>`;
};

const renderCells = (row: Row, rows: readonly Row[], columns: readonly Column[]): Markup | Markup[] => {
  if (row.void !== undefined) {
    return html`<td class="words void" colspan="${columns.length}">void: ${row.void}</td>`;
  }
  return columns.map((column) => {
    const isTheBest = isBest(column, row, rows);
    const interval = column.interval?.(row);
    const value = isTheBest
      ? html`<span class="best">${column.text(row)}<span class="hidden"> (best)</span></span>`
      : column.text(row);
    return html`<td>${value}${interval && html`<small>${interval}</small>`}</td>`;
  });
};

const KINDS = ['headers', 'framing', 'body', 'trailers', 'total'] as const satisfies readonly (keyof Kinds)[];
const WHEN = { steady: 'open connection', first: 'new connection' } as const;
const CODINGS = { identity: '', gzip: ', gzip' } as const;

const renderByteDetails = (rows: readonly Row[]): Markup | undefined => {
  const lines = selectValidRows(rows).flatMap(({ protocol, bytes }) =>
    entries(CODINGS).flatMap(([coding, codingText]) =>
      entries(WHEN).flatMap(([when, whenText]) =>
        (['up', 'down'] as const).flatMap((direction) =>
          bytes
            ? [
                buildByteRow(
                  protocol,
                  `${direction}, ${whenText}${codingText}`,
                  bytes[coding][when][direction],
                ),
              ]
            : [],
        ),
      ),
    ),
  );
  if (lines.length === 0) return undefined;
  const columns = ['protocol', { words: 'which' }, ...KINDS];
  return html`<details><summary>All bytes by kind</summary>
${renderGrid({ caption: 'Bytes per answer', columns, rows: lines })}</details>`;
};

const buildByteRow = (protocol: ProtocolName, which: string, kinds: Kinds): GridRow => ({
  name: TITLES[protocol],
  protocol,
  cells: [which, ...KINDS.map((kind) => formatInteger(kinds[kind]))],
});

const entries = <T extends object>(record: T): [keyof T, T[keyof T]][] =>
  Object.entries(record) as [keyof T, T[keyof T]][];
