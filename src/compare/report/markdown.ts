/** The comparison in GitHub's Markdown: what the terminal says, in tables that a README or a comment can hold. */
import type { ComparisonResult, Row, ScenarioResult, Sweep } from '../run/result';
import { COST, type Column, isBest, timeColumns } from './columns';
import { headerLines, TITLES } from './format';
import {
  crossoverTexts,
  effortGrid,
  endedText,
  equalText,
  explanationGrids,
  type Grid,
  loadGrids,
  processGrid,
  sweepGrid,
  tableNotes,
  titleText,
} from './grids';

/** `summary` is what `summarize` says of the result: paragraphs of plain text. */
export const markdownReport = (result: ComparisonResult, summary: readonly string[]): string => {
  const around = [processGrid(result), effortGrid(result.effort)];
  return `${[
    `# ${titleText(result)}`,
    ...header(result),
    ...result.scenarios.flatMap(scenarioText),
    ...around.flatMap((grid) => gridText(grid, '##')),
    '## What this run says',
    ...summary.map(plain),
  ].join('\n\n')}\n`;
};

/** What would be markup, or the end of a cell, as the character that it is. */
const plain = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_[\]~|]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    // A heading, a list or a quotation is one only where a line begins.
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2')
    .replace(/^[#+-]/, '\\$&');

const header = (result: ComparisonResult): string[] => {
  const [what = '', ...lines] = headerLines(result);
  const ended = endedText(result);
  const alert = ended === undefined ? [] : [`**${plain(ended)}** What follows is what had been measured.`];
  return [plain(what), ...alert, lines.map((line) => `- ${plain(line.replace(/\s+/, ': '))}`).join('\n')];
};

const scenarioText = (scenario: ScenarioResult): string[] => {
  const { name, question, differences, rows } = scenario;
  const title = [`## ${plain(name)}`, plain(question)];
  if (differences.length > 0) {
    return [...title, '✗ The answers are not equal, so nothing of it counts:', ...differences.map(fenced)];
  }
  if (rows.length === 0) return [...title, 'Nothing was measured: the run ended before.'];
  return [
    ...title,
    `✓ ${equalText(scenario)}`,
    rowsTable(scenario),
    [
      '**Bold** is the best of a column; of medians also those not told apart from it.',
      ...tableNotes(scenario),
    ].join(' '),
    ...(scenario.load ? loadGrids(scenario.load).flatMap((grid) => gridText(grid)) : []),
    ...(scenario.noLoad === undefined ? [] : [`Not put under load: ${plain(scenario.noLoad)}`]),
    ...(scenario.sweeps ?? []).flatMap(sweepText),
    ...(scenario.explanation ? explanationGrids(scenario.explanation).flatMap((grid) => gridText(grid)) : []),
    ...(scenario.noExplanation === undefined ? [] : [`Not explained: ${plain(scenario.noExplanation)}`]),
  ];
};

/** Longer than any fence within. */
const fenced = (text: string): string => {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
};

const rowsTable = ({ base = 'rest', rows }: ScenarioResult): string => {
  const columns = [...timeColumns(base), ...COST];
  return table(
    ['', ...columns.map(({ name }) => name)],
    rows.map((row) => [
      TITLES[row.protocol],
      ...(row.void === undefined
        ? columns.map((column) => cell(column, row, rows))
        : [`void: ${plain(row.void)}`, ...columns.slice(1).map(() => '')]),
    ]),
  );
};

const cell = (column: Column, row: Row, rows: readonly Row[]): string => {
  const text = isBest(column, row, rows) ? `**${column.text(row)}**` : column.text(row);
  const interval = column.interval?.(row);
  return interval === undefined ? text : `${text} (${interval})`;
};

/** The first column is at the left and the others at the right, except where they hold words. */
const table = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  isWords = (_: number) => false,
): string =>
  [heads, heads.map((_, index) => (index === 0 || isWords(index) ? ':--' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const gridText = ({ caption, about, columns, rows }: Grid, level = '###'): string[] =>
  rows.length === 0
    ? []
    : [
        `${level} ${plain(caption)}`,
        ...(about === undefined ? [] : [plain(about)]),
        table(
          columns.map((column) => plain(typeof column === 'string' ? column : column.words)),
          rows.map(({ name, cells }) => [
            plain(name),
            ...cells.map((one) =>
              typeof one === 'string' ? plain(one) : `${plain(one.text)} (${plain(one.below)})`,
            ),
          ]),
          (index) => typeof columns[index] === 'object',
        ),
      ];

const sweepText = (sweep: Sweep): string[] => [
  ...gridText(sweepGrid(sweep)),
  crossoverTexts(sweep)
    .map((text) => (sweep.crossovers.length > 0 ? `- ${text}` : text))
    .join('\n'),
];
