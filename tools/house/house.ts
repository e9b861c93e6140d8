/** `npm run house`: the mirror of the adapters, the import rules and the sizes. The exit code is 1 where one is broken. */
import { spawnSync } from 'node:child_process';
import Table from 'cli-table3';
import { ADAPTER_FILES, fileDifferences, inOrder, operationTables } from './mirror';
import {
  adapterSizes,
  FILE_LINES_MAX,
  FUNCTION_LINES_MAX,
  longestFiles,
  longestFunctions,
  type Size,
  sharedSizes,
} from './sizes';
import { ROOT } from './sources';

/** In these folders, no file and no function may be over its limit. */
const LIMITED_FOLDERS = ['src/adapters', 'src/runtime'];

const report = (isKept: boolean, text: string, details: readonly string[] = []): void => {
  console.log(`${isKept ? '✓' : '✗'} ${text}`);
  for (const detail of details) console.log(`    ${detail}`);
  if (!isKept) process.exitCode = 1;
};

const reportMirror = (): void => {
  const files = fileDifferences();
  report(
    files.length === 0,
    `every adapter has ${ADAPTER_FILES.join(', ')}, and its declared extras`,
    files.map(
      ({ protocol, missing, unexpected }) =>
        `${protocol}: missing ${missing.join(', ') || 'none'}; unexpected ${unexpected.join(', ') || 'none'}`,
    ),
  );
  const tables = operationTables();
  const unordered = tables.filter(({ names }) => names.join() !== inOrder(names).join());
  report(
    unordered.length === 0,
    `${tables.length} tables of operations stand in SkillsApi order`,
    unordered.map(({ place, names }) => `${place}: ${names.join(', ')}`),
  );
};

const reportImports = (): void => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'layers'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  report(status === 0, 'the import rules', `${stdout}${stderr}`.split('\n').filter(Boolean));
};

const over = (sizes: readonly Size[], linesMax: number): string[] =>
  sizes.filter(({ lines }) => lines > linesMax).map(({ place, lines }) => `${place}: ${lines}`);

const reportSizes = (): void => {
  const adapters = adapterSizes();
  report(
    adapters.every(({ lines, linesMax }) => lines <= linesMax),
    'lines of each adapter, within its limit without extras',
  );
  const table = new Table({
    head: ['adapter', 'lines', 'limit', 'extras'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...adapters.map(({ protocol, lines, linesMax, extraLines }) => [protocol, lines, linesMax, extraLines]),
  );
  console.log(table.toString());

  const files = LIMITED_FOLDERS.flatMap((folder) => over(longestFiles(folder), FILE_LINES_MAX));
  const where = LIMITED_FOLDERS.join(' or ');
  report(files.length === 0, `no file of ${where} is over ${FILE_LINES_MAX} lines`, files);
  const functions = LIMITED_FOLDERS.flatMap((folder) => over(longestFunctions(folder), FUNCTION_LINES_MAX));
  report(functions.length === 0, `no function of ${where} is over ${FUNCTION_LINES_MAX} lines`, functions);
  console.log(
    `\nShared lines: ${sharedSizes()
      .map(({ place, lines }) => `${place} ${lines}`)
      .join(', ')}`,
  );
};

reportMirror();
reportImports();
reportSizes();
