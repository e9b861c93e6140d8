/** The comparison in GitHub's Markdown: the terminal's content in tables for a README or a comment. */
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

/** `summary` is the output of `summarize`: paragraphs of plain text. */
export const renderMarkdownReport = (result: ComparisonResult, summary: readonly string[]): string => {
  const around = [buildProcessGrid(result), buildEffortGrid(result.effort)];
  return `${[
    `# ${formatTitle(result)}`,
    ...renderHeader(result),
    ...result.scenarios.flatMap(renderScenario),
    ...around.flatMap((grid) => renderGrid(grid, '##')),
    '## Summary',
    ...summary.map(escapeMarkdown),
  ].join('\n\n')}\n`;
};

/** Escapes markup and the ends of cells. */
const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_[\]~|]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    // Headings, lists and quotations exist only at the start of a line.
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2')
    .replace(/^[#+-]/, '\\$&');

const renderHeader = (result: ComparisonResult): string[] => {
  const [what = '', ...lines] = formatHeaderLines(result);
  const ended = describeEnd(result);
  const alert =
    ended === undefined ? [] : [`**${escapeMarkdown(ended)}** The measurements until then follow.`];
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
      '✗ The answers are not equal, so there are no valid figures:',
      ...differences.map(renderFenced),
    ];
  }
  if (rows.length === 0) return [...title, 'Nothing was measured: the run ended earlier.'];
  return [
    ...title,
    `✓ ${describeEqualAnswers(scenario)}`,
    renderRows(scenario),
    [
      '**Bold** marks the best of a column, and the medians statistically tied with it.',
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

/** The fence is longer than any fence in the text. */
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

/** The first column and columns of text are left-aligned, the others right-aligned. */
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
