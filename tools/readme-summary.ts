/** `npx tsx tools/readme-summary.ts` writes the README's table of the comparison from docs/results/compare.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatInteger, formatNumber, formatRatio, TITLES } from '../src/compare/report/format';
import { type ComparisonResult, type Row, resultSchema } from '../src/compare/run/result';

const ROOT = join(__dirname, '..');
const README = join(ROOT, 'README.md');
const BETWEEN =
  /(?<=<!-- summary: made by tools\/readme-summary\.ts -->\n)[\s\S]*?(?=<!-- end of summary -->)/;

export const summaryOf = ({ scenarios, options }: ComparisonResult): string =>
  [
    ['', ...options.protocols.map((name) => TITLES[name])],
    ['---', ...options.protocols.map(() => '---')],
    ...scenarios.map(({ name, rows }) => [`\`${name}\``, ...rows.map(cell)]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const cell = (row: Row): string => {
  const { up, down } = row.bytes!.identity.steady;
  const trips = formatNumber(row.roundTrips!).replace(/\.?0+$/, '');
  const times = row.verdict === 'no difference' ? row.verdict : `${formatRatio(row)} ×`;
  const time = row.toBase ? times : `${formatNumber(row.latencyMs.median.value)} ms`;
  return `${time}, ${formatInteger(up.total + down.total)} B, ${trips} ${trips === '1' ? 'trip' : 'trips'}`;
};

export const committedResult = (): ComparisonResult =>
  resultSchema.parse(JSON.parse(readFileSync(join(ROOT, 'docs/results/compare.json'), 'utf8')));

export const summaryInReadme = (): string => BETWEEN.exec(readFileSync(README, 'utf8'))?.[0].trim() ?? '';

if (require.main === module) {
  writeFileSync(
    README,
    readFileSync(README, 'utf8').replace(BETWEEN, () => `${summaryOf(committedResult())}\n`),
  );
}
