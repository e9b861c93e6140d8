/** The mirror of the adapters, their sizes, and the order of the operations. `npm run house` prints the same facts. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../src/contract/errors';
import { PROTOCOL_NAMES } from '../src/contract/protocol';
import { OPERATION_NAMES } from '../src/contract/skills-api';
import { fileDifferences, inOrder, operationTables } from '../tools/house/mirror';
import {
  adapterSizes,
  FILE_LINES_MAX,
  FUNCTION_LINES_MAX,
  longestFiles,
  longestFunctions,
} from '../tools/house/sizes';

const ROOT = path.join(__dirname, '..');
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

test('every adapter has the same eight files, and its declared extras', () => {
  expect(fileDifferences()).toEqual([]);
});

test.each(adapterSizes())(
  '$protocol has at most $linesMax lines without its extras',
  ({ lines, linesMax }) => {
    expect(lines).toBeLessThanOrEqual(linesMax);
  },
);

test.each(['src/adapters', 'src/runtime'])('%s has no long file and no long function', (folder) => {
  expect(longestFiles(folder).filter(({ lines }) => lines > FILE_LINES_MAX)).toEqual([]);
  expect(longestFunctions(folder).filter(({ lines }) => lines > FUNCTION_LINES_MAX)).toEqual([]);
});

const TABLES = operationTables();

test('operations stand in SkillsApi order wherever they stand together', () => {
  expect(TABLES.length).toBeGreaterThan(20);
  for (const { place, names } of TABLES) expect([place, names]).toEqual([place, inOrder(names)]);
});

const tablesOf = (file: string): (readonly string[])[] =>
  TABLES.filter(({ place }) => place.startsWith(`${file}:`)).map(({ names }) => names);

test.each([
  ...['contract/skills-api.ts', 'contract/inputs.ts', 'contract/authorization.ts', 'policy/guard.ts'],
  ...['policy/rate-limit.ts', 'domain/service.ts', 'adapters/common/skills-client.ts'],
])('src/%s has a table of all operations', (file) => {
  expect(tablesOf(`src/${file}`)).toContainEqual(OPERATION_NAMES);
});

/** The places of an operation in an adapter. Its client method is in common/skills-client.ts and calls the adapter's client. */
describe.each(PROTOCOL_NAMES)('the places of each operation in %s:', (protocol) => {
  const adapter = `src/adapters/${protocol}`;

  test.each([
    ['route', 'schema', 'ROUTES'],
    ['request codec', 'requests', 'REQUESTS'],
    ['response codec', 'responses', 'RESPONSES'],
  ])('its %s is a row of a table in %s.ts', (_what, file, table) => {
    expect(tablesOf(`${adapter}/${file}.ts`)).toContainEqual(OPERATION_NAMES);
    expect(textOf(`${adapter}/${file}.ts`)).toMatch(new RegExp(`^export const ${table}\\b`, 'm'));
  });

  test('its errors have a row per error code in errors.ts', () => {
    const text = textOf(`${adapter}/errors.ts`);
    const [table = ''] = /const \w+ = \{[^}]*\} as const satisfies Record<ErrorCode, \w+>/.exec(text) ?? [];
    expect([...table.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, code]) => code)).toEqual([...ERROR_CODES]);
  });

  test('its client encodes the request and decodes the response by these tables', () => {
    const text = textOf(`${adapter}/client.ts`);
    for (const part of ['const call: CallOperation', 'REQUESTS, operation', 'RESPONSES, operation']) {
      expect(text).toContain(part);
    }
  });

  test('the parallel functions are in the same files', () => {
    for (const [file, name] of [
      ...[
        ['context', 'encodeContext'],
        ['context', 'decodeContext'],
      ],
      ...[
        ['errors', 'encodeError'],
        ['errors', 'decodeError'],
      ],
      ...[
        ['server', 'serve'],
        ['client', 'connect'],
      ],
    ]) {
      expect(textOf(`${adapter}/${file}.ts`)).toMatch(new RegExp(`^export const ${name} = `, 'm'));
    }
    for (const name of ['sendError', 'transportError']) {
      expect(textOf(`${adapter}/server.ts`)).toMatch(new RegExp(`^const ${name} = `, 'm'));
    }
  });
});

interface Demonstrated {
  readonly id: string;
  readonly demonstrations: readonly { readonly path: string }[];
}

test('what data/skill-map.json shows of this repository is there', () => {
  const { skills } = JSON.parse(textOf('data/skill-map.json')) as { skills: Demonstrated[] };
  const shown = skills.flatMap(({ id, demonstrations }) => demonstrations.map((one) => `${id}: ${one.path}`));
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.filter((one) => !existsSync(path.join(ROOT, one.split(': ')[1]!)))).toStrictEqual([]);
});
