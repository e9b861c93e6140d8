/** Tables that scroll inside their own region on a narrow page. The keyboard reaches and scrolls the region too. */
import type { ProtocolName } from '../../contract/protocol';
import { renderSymbol } from './figure';
import { TITLES } from './format';
import type { Grid, GridRow, TextColumn } from './grids';
import { type Content, html, type Markup } from './markup';

export interface TableText {
  /** Also the name of the scrolling region. */
  readonly caption: string;
  readonly about?: string;
  readonly head: Content;
  readonly rows: readonly Content[];
}

export const renderTable = ({ caption, about, head, rows }: TableText): Markup => html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><div>${caption}${about && html` <span>${about}</span>`}</div></caption>
<thead>${head}</thead>
<tbody>
${rows.map((row) => [row, '\n'])}</tbody>
</table></div>`;

export const renderHeadRow = (columns: readonly (string | TextColumn)[]): Markup =>
  html`<tr>${columns.map((column) =>
    typeof column === 'string'
      ? html`<th scope="col">${column}</th>`
      : html`<th scope="col" class="words">${column.words}</th>`,
  )}</tr>`;

export const renderProtocolCell = (protocol: ProtocolName): Markup =>
  html`<th scope="row" class="protocol">${renderSymbol(protocol)}${TITLES[protocol]}</th>`;

export const renderGrid = ({ caption, about, columns, rows }: Grid): Markup =>
  renderTable({
    caption,
    about,
    head: renderHeadRow(columns),
    rows: rows.map((row) => renderGridRow(row, columns)),
  });

const renderGridRow = ({ name, protocol, cells }: GridRow, columns: Grid['columns']): Markup =>
  html`<tr>${protocol ? renderProtocolCell(protocol) : html`<th scope="row">${name}</th>`}${cells.map(
    (cell, index) => {
      const isWords = typeof columns[index + 1] === 'object';
      if (typeof cell === 'object') return html`<td>${cell.text}<small>${cell.below}</small></td>`;
      return isWords ? html`<td class="words">${cell}</td>` : html`<td>${cell}</td>`;
    },
  )}</tr>`;
