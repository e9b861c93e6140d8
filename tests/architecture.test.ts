/** The mirror: one reader's knowledge of one adapter is knowledge of all, and everything stands in THE order. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { PROTOCOL_NAMES } from '../src/contract/protocol';
import { OPERATION_NAMES, OPERATIONS } from '../src/contract/skills-api';

const ROOT = path.join(__dirname, '..');
const ADAPTERS = path.join(ROOT, 'src/adapters');

const filesBelow = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const linesOf = (file: string): number => textOf(file).split('\n').length - 1;

describe.each(PROTOCOL_NAMES)('src/adapters/%s', (protocol) => {
  const files = readdirSync(path.join(ADAPTERS, protocol));

  test('has the same seven files as the others', () => {
    expect(files).toStrictEqual([
      'client.ts',
      'context.ts',
      'errors.ts',
      'index.ts',
      'schema.ts',
      'server.ts',
      'wire.ts',
    ]);
  });

  test('is small: no file over 300 lines, 1,000 in all', () => {
    const lines = files.map((file) => linesOf(`src/adapters/${protocol}/${file}`));
    expect(Math.max(...lines)).toBeLessThanOrEqual(300);
    expect(lines.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1000);
  });
});

interface Table {
  readonly place: string;
  readonly names: readonly string[];
}

const nameOf = (member: ts.Node): string => {
  const { name } = member as { name?: ts.Node };
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '';
};

/** Every object, interface and type with operations for members, in one file. */
const tablesIn = (file: string): Table[] => {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const tables: Table[] = [];
  const visit = (node: ts.Node): void => {
    const members = ts.isObjectLiteralExpression(node)
      ? node.properties
      : ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)
        ? node.members
        : [];
    const names = Array.from(members, nameOf).filter((name) => (OPERATION_NAMES as string[]).includes(name));
    if (names.length > 1) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      tables.push({ place: `${file}:${line + 1}`, names });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return tables;
};

const TABLES = filesBelow('src').flatMap(tablesIn);

describe('operations stand in THE order', () => {
  test.each(TABLES.map(({ place, names }): [string, readonly string[]] => [place, names]))(
    'in %s',
    (_place, names) => {
      expect(names).toStrictEqual(OPERATION_NAMES.filter((name) => names.includes(name)));
    },
  );

  test.each([
    'src/contract/skills-api.ts',
    'src/contract/inputs.ts',
    'src/contract/authorization.ts',
    'src/policy/guard.ts',
    'src/policy/rate-limit.ts',
    'src/domain/service.ts',
    ...PROTOCOL_NAMES.map((protocol) => `src/adapters/${protocol}/client.ts`),
    'src/adapters/rest/server.ts',
    // Its server has the names of the schema's root fields; the documents that ask for them have ours.
    'src/adapters/graphql/wire.ts',
    'src/adapters/grpc/server.ts',
    'src/adapters/soap/server.ts',
  ])('and %s has a table of all of them', (file) => {
    const sizes = TABLES.filter(({ place }) => place.startsWith(`${file}:`)).map(({ names }) => names.length);
    expect(Math.max(0, ...sizes)).toBe(OPERATION_NAMES.length);
  });

  test("and GraphQL's resolvers call them in it, questions before changes, and last the path under its skill", () => {
    const called = textOf('src/adapters/graphql/server.ts').matchAll(/\bapi\.(\w+)\(/g);
    const names = [...new Set(Array.from(called, ([, name]) => name!))];
    expect(names).toStrictEqual([
      ...OPERATION_NAMES.filter((name) => OPERATIONS[name] === 'read' && name !== 'getLearningPath'),
      ...OPERATION_NAMES.filter((name) => OPERATIONS[name] === 'write'),
      'getLearningPath',
    ]);
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
