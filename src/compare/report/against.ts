/** `compare --against earlier.json`: reads the earlier result, and formats the changes since for the terminal. */
import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { type ComparisonResult, RESULT_VERSION, resultSchema } from '../run/result';
import type { Change, ChangeReport } from './changes';
import { TITLES } from './format';

export { type ChangeReport, compareResults } from './changes';

const formatPercent = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return 'new';
  const share = 100 * (ratio - 1);
  return `${share < 0 ? '' : '+'}${share.toFixed(1)}%`;
};

/** With its 95% interval. */
const formatChange = ({ ratio, interval }: Change): string => {
  if (ratio === undefined) return '';
  return interval
    ? `${formatPercent(ratio)} (${interval.map(formatPercent).join(' to ')})`
    : formatPercent(ratio);
};

/** A table without borders, as the rows are long. */
const NO_BORDERS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '', left: '', right: '', middle: '  ' },
};

const renderChangesTable = ({ changes, worse }: ChangeReport): string => {
  const table = new Table({
    head: ['', 'scenario', 'protocol', 'figure', 'earlier', 'now', 'change', 'less the shift'],
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
    chars: NO_BORDERS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const change of changes) {
    const { scenario, protocol, figure, earlier, now, beyondShift } = change;
    const rest = beyondShift === undefined ? '' : formatPercent(beyondShift);
    const mark = worse.includes(change) ? '!' : '';
    table.push([
      mark,
      scenario,
      protocol ? TITLES[protocol] : '',
      figure,
      earlier,
      now,
      formatChange(change),
      rest,
    ]);
  }
  return table.toString().replace(/ +$/gm, '');
};

const describeConclusion = ({
  changes,
  worse,
  rowsCompared,
  thresholdShare,
  repeats,
}: ChangeReport): string => {
  if (changes.length === 0) return 'Nothing changed beyond noise.';
  const better = changes.filter(({ verdict }) => verdict === 'better').length;
  const by = thresholdShare > 0 ? ` by more than ${Number((100 * thresholdShare).toFixed(2))}%` : '';
  const latencies = 2 * rowsCompared;
  return [
    `${worse.length} for the worse${by}${worse.length > 0 ? ' (marked !)' : ''}, ${better} for the better.`,
    `Intervals are at 95%: of ${latencies} latencies compared, about ${Math.round(0.05 * latencies)} would seem changed where nothing is.`,
    ...(repeats > 1
      ? []
      : [
          'With one repeat, they leave out the variation between starts of the servers; --repeat 5 includes it.',
        ]),
  ].join('\n');
};

/** The report as text for the terminal. */
export const formatChanges = (report: ChangeReport): string =>
  [
    `${report.now} against ${report.earlier}: ${report.rowsCompared} rows in both`,
    ...report.warnings.map((warning) => `warning: ${warning}`),
    ...(report.shift === undefined
      ? []
      : [
          `All medians together: ${formatPercent(report.shift)}, the common shift, which another machine alone can cause.`,
        ]),
    ...(report.changes.length > 0 ? [renderChangesTable(report)] : []),
    describeConclusion(report),
  ].join('\n');

/** Throws an Error of one line that names the file, unless it holds a result that this version reads. */
export const readResult = async (path: string): Promise<ComparisonResult> => {
  const value = await readJson(path);
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== 'api-rosetta/compare') throw new Error(`${path} is not a result of compare --json`);
  if (version !== RESULT_VERSION) {
    throw new Error(
      `${path} is a result of version ${JSON.stringify(version)}; this program reads version ${RESULT_VERSION}`,
    );
  }
  const { data, error } = resultSchema.safeParse(value);
  if (data) return data;
  const [{ path: steps, message } = { path: [], message: '' }] = error.issues;
  const place = steps.length > 0 ? ` at ${steps.join('.')}` : '';
  throw new Error(toOneLine(`${path} is not a complete result: ${message}${place}`));
};

const readJson = async (path: string): Promise<unknown> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      toOneLine(
        `${path} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
      ),
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(toOneLine(`${path} is not JSON: ${(error as Error).message}`));
  }
};

const toOneLine = (text: string): string => text.replace(/\s+/g, ' ');
