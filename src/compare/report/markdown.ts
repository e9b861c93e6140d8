/** The comparison in GitHub's Markdown: what the terminal says, in tables that a README or a comment can hold. */
import type { ComparisonResult, Row, ScenarioResult, Sweep } from '../run/result';
import { COST_COLUMNS, type Column, isBest, timeColumns } from './columns';
import { formatHeaderLines, TITLES } from './format';
import {
  buildEffortGrid,
  buildExplanationGrids,
  buildLoadGrids,
  buildProcessGrid,
  buildSweepGrid,
  describeCrossovers,
  describeEnd,
  describeEqualAnswers,
  describeTable,
  formatTitle,
  type Grid,
} from './grids';

/** `summary` is what `summarize` says of the result: paragraphs of plain text. */
export const renderMarkdownReport = (result: ComparisonResult, summary: readonly string[]): string => {
  const around = [buildProcessGrid(result), buildEffortGrid(result.effort)];
  return `${[
    `# ${formatTitle(result)}`,
    ...renderHeader(result),
    ...result.scenarios.flatMap(renderScenario),
    ...around.flatMap((grid) => renderGrid(grid, '##')),
    '## What this run says',
    ...summary.map(escapeMarkdown),
  ].join('\n\n')}\n`;
};

/** What would be markup, or the end of a cell, as the character that it is. */
const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_[\]~|]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    // A heading, a list or a quotation is one only where a line begins.
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2')
    .replace(/^[#+-]/, '\\$&');

const renderHeader = (result: ComparisonResult): string[] => {
  const [what = '', ...lines] = formatHeaderLines(result);
  const ended = describeEnd(result);
  const alert =
    ended === undefined ? [] : [`**${escapeMarkdown(ended)}** What follows is what had been measured.`];
  return [
    escapeMarkdown(what),
    ...alert,
    lines.map((line) => `- ${escapeMarkdown(line.replace(/\s+/, ': '))}`).join('\n'),
  ];
};

const renderScenario = (scenario: ScenarioResult): string[] => {
  const { name, question, differences, rows } = scenario;
  const title = [`## ${escapeMarkdown(name)}`, escapeMarkdown(question)];
  if (differences.length > 0) {
    return [
      ...title,
      '✗ The answers are not equal, so nothing of it counts:',
      ...differences.map(renderFenced),
    ];
  }
  if (rows.length === 0) return [...title, 'Nothing was measured: the run ended before.'];
  return [
    ...title,
    `✓ ${describeEqualAnswers(scenario)}`,
    renderRows(scenario),
    [
      '**Bold** is the best of a column; of medians also those not told apart from it.',
      ...describeTable(scenario),
    ].join(' '),
    ...(scenario.load ? buildLoadGrids(scenario.load).flatMap((grid) => renderGrid(grid)) : []),
    ...(scenario.noLoad === undefined ? [] : [`Not put under load: ${escapeMarkdown(scenario.noLoad)}`]),
    ...(scenario.sweeps ?? []).flatMap(renderSweep),
    ...(scenario.explanation
      ? buildExplanationGrids(scenario.explanation).flatMap((grid) => renderGrid(grid))
      : []),
    ...(scenario.noExplanation === undefined
      ? []
      : [`Not explained: ${escapeMarkdown(scenario.noExplanation)}`]),
  ];
};

/** Longer than any fence within. */
const renderFenced = (text: string): string => {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
};

const renderRows = ({ base = 'rest', rows }: ScenarioResult): string => {
  const columns = [...timeColumns(base), ...COST_COLUMNS];
  return renderTable(
    ['', ...columns.map(({ name }) => name)],
    rows.map((row) => [
      TITLES[row.protocol],
      ...(row.void === undefined
        ? columns.map((column) => renderCell(column, row, rows))
        : [`void: ${escapeMarkdown(row.void)}`, ...columns.slice(1).map(() => '')]),
    ]),
  );
};

const renderCell = (column: Column, row: Row, rows: readonly Row[]): string => {
  const text = isBest(column, row, rows) ? `**${column.text(row)}**` : column.text(row);
  const interval = column.interval?.(row);
  return interval === undefined ? text : `${text} (${interval})`;
};

/** The first column is at the left and the others at the right, except where they hold words. */
const renderTable = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  isWords = (_: number) => false,
): string =>
  [heads, heads.map((_, index) => (index === 0 || isWords(index) ? ':--' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const renderGrid = ({ caption, about, columns, rows }: Grid, level = '###'): string[] =>
  rows.length === 0
    ? []
    : [
        `${level} ${escapeMarkdown(caption)}`,
        ...(about === undefined ? [] : [escapeMarkdown(about)]),
        renderTable(
          columns.map((column) => escapeMarkdown(typeof column === 'string' ? column : column.words)),
          rows.map(({ name, cells }) => [
            escapeMarkdown(name),
            ...cells.map((one) =>
              typeof one === 'string'
                ? escapeMarkdown(one)
                : `${escapeMarkdown(one.text)} (${escapeMarkdown(one.below)})`,
            ),
          ]),
          (index) => typeof columns[index] === 'object',
        ),
      ];

const renderSweep = (sweep: Sweep): string[] => [
  ...renderGrid(buildSweepGrid(sweep)),
  describeCrossovers(sweep)
    .map((text) => (sweep.crossovers.length > 0 ? `- ${text}` : text))
    .join('\n'),
];
