/** The slices on the Read page match the sources and contain every line that an operation needs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROTOCOL_NAMES } from '../../src/contract/protocol-names';
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import type { FileSlice, OperationSlices, Row } from '../../src/explorer/page/read/slices';
import { readDecisions } from '../../tools/explorer/decisions';
import { allSlices } from '../../tools/explorer/slices';
import { shownFiles } from '../../tools/explorer/sources';

const ROOT = path.join(__dirname, '../..');
const fileLines = (name: string): string[] => readFileSync(path.join(ROOT, name), 'utf8').split('\n');

const bySlices = new Map<Operation, OperationSlices>(allSlices().map((slices) => [slices.operation, slices]));
const rowOf = (operation: Operation, row: Row) =>
  bySlices.get(operation)!.rows.find((one) => one.row === row)!.files;
const textOf = ({ stretches }: FileSlice): string => stretches.map(({ text }) => text).join('\n');
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const lineOf = (operation: string): RegExp => new RegExp(`^ {2}${operation}: `, 'm');

describe.each(OPERATION_NAMES)('%s', (operation) => {
  const files = () => bySlices.get(operation)!.rows.flatMap((row) => Object.values(row.files));

  test('its slices repeat the lines of their files, each once, with their numbers', () => {
    for (const { path: name, lines, stretches } of files()) {
      const all = fileLines(name);
      let next = 1;
      for (const { firstLine, text } of stretches) {
        expect(firstLine).toBeGreaterThanOrEqual(next);
        const shown = text.split('\n');
        expect([name, shown]).toEqual([name, all.slice(firstLine - 1, firstLine - 1 + shown.length)]);
        next = firstLine + shown.length;
      }
      expect(next - 1).toBeLessThanOrEqual(lines);
      expect(lines).toBe(all.length - 1);
    }
  });

  test('every file has lines for it, and an opening comment', () => {
    for (const { path: name, sentence, stretches } of files()) {
      expect([name, stretches.length > 0, sentence.length > 20]).toEqual([name, true, true]);
    }
  });

  test('slices of routes, requests and responses have its row of the table, and no row of another operation', () => {
    for (const protocol of PROTOCOL_NAMES) {
      for (const row of ['schema', 'requests', 'responses'] as const) {
        const text = textOf(rowOf(operation, row)[protocol]);
        expect([protocol, row, text]).toEqual([protocol, row, expect.stringMatching(lineOf(operation))]);
        for (const other of OPERATION_NAMES.filter((name) => name !== operation)) {
          expect([protocol, row, text]).toEqual([protocol, row, expect.not.stringMatching(lineOf(other))]);
        }
      }
    }
  });

  test('slices of servers and clients have the function through which it goes', () => {
    const dispatcher = { rest: 'mount', graphql: 'resolve', grpc: 'handle', soap: 'handle' } as const;
    for (const protocol of PROTOCOL_NAMES) {
      expect(textOf(rowOf(operation, 'server')[protocol])).toMatch(`const ${dispatcher[protocol]} = `);
      expect(textOf(rowOf(operation, 'client')[protocol])).toMatch('const call: CallOperation');
    }
  });

  test('a slice contains the functions of its file that it calls', () => {
    for (const { path: name, language, stretches } of files()) {
      if (language !== 'typescript') continue;
      const text = stretches.map((one) => one.text).join('\n');
      const declared = fileLines(name).flatMap((line) => /^(?:export )?const (\w+)/.exec(line)?.[1] ?? []);
      // Names such as `encode` and `list` are also used for parameters and locals.
      const called = declared.filter((one) => new RegExp(`(?<![\\w.'])${one}(<\\w+>)?\\(`).test(text));
      const isLocal = (one: string) =>
        new RegExp(`[{,(] ?${one}[ ,:]|^ +(const )?${one}[ :,]`, 'm').test(text);
      for (const one of called.filter((each) => !isLocal(each))) {
        expect([name, text]).toEqual([
          name,
          expect.stringMatching(new RegExp(`^(export )?const ${one}\\b`, 'm')),
        ]);
      }
    }
  });

  test('each contract declares it, with every type that it names', () => {
    const { rest, graphql, grpc, soap } = rowOf(operation, 'contract');
    const [openapi, proto, wsdl] = [textOf(rest), textOf(grpc), textOf(soap)];
    expect(openapi.match(/"operationId": "\w+"/g)).toEqual([`"operationId": "${operation}"`]);
    for (const [, name] of openapi.matchAll(/"#\/components\/\w+\/(\w+)"/g)) {
      expect(openapi).toMatch(new RegExp(`^ {6}"${name}": \\{`, 'm'));
    }
    expect(textOf(graphql)).toMatch(/^type (Query|Mutation) \{\n( {2}".+"\n)* {2}\w+[(:]/m);
    expect(proto.match(/rpc \w+/g)).toEqual([`rpc ${capital(operation)}`]);
    for (const [, name] of proto.matchAll(/^ {2}(?:optional |repeated )?([A-Z]\w+) \w+ =/gm)) {
      expect(proto).toMatch(new RegExp(`^(message|enum) ${name} \\{`, 'm'));
    }
    for (const declared of ['wsdl:operation', 'wsdl:message', 'xs:element']) {
      expect(wsdl).toContain(`<${declared} name="${capital(operation)}">`);
    }
    for (const [, name] of wsdl.matchAll(/"tns:(\w+)"/g)) {
      if (name !== 'SkillsPortType') expect(wsdl).toMatch(new RegExp(`<[\\w:]+ name="${name}"`));
    }
  });

  test('its slices are small enough to send', () => {
    expect(gzipSync(JSON.stringify(bySlices.get(operation))).length).toBeLessThan(60_000);
  });
});

test('the GraphQL slice has the types that the document selects, and the resolvers of their fields', () => {
  const contract = textOf(rowOf('listSkills', 'contract').graphql);
  expect(contract.match(/^(type|input|enum) \w+/gm)).toEqual([
    ...['enum SkillLevel', 'enum SkillOrder', 'type Demonstration', 'type Skill', 'type SkillConnection'],
    ...['type PageInfo', 'input SkillFilter', 'type Query'],
  ]);
  const server = textOf(rowOf('listSkills', 'server').graphql);
  expect(server).toContain('    endCursor: ({ endCursor }');
  expect(server).not.toContain('    startCursor: ({ startCursor }');
});

test('links of decisions can be opened, and their HTML has no style or script', () => {
  const { decisions, named } = readDecisions();
  const files = shownFiles(named);
  const names = decisions.map(({ name }) => name);
  expect(decisions.map(({ number }) => number)).toEqual(decisions.map((_, index) => index + 1));
  for (const { title, html } of decisions) {
    expect(title).not.toBe('');
    expect(html).not.toMatch(/style=|<script|<h1/);
    for (const [, to = ''] of html.matchAll(/href="([^"]+)"/g)) {
      const [, kind, rest = ''] = /^\/(source|decisions)\/(.+)$/.exec(to) ?? [];
      const isThere =
        kind === 'decisions'
          ? names.includes(rest)
          : files.some((file) => file === rest || file.startsWith(`${rest}/`));
      expect([to, isThere]).toEqual([to, true]);
    }
  }
});

test('every demonstration can be opened, and no file outside the shown folders', () => {
  const { skills } = JSON.parse(readFileSync(path.join(ROOT, 'data/skill-map.json'), 'utf8'));
  const files = shownFiles(['.git/config', '.git', '../LICENSE', 'src/..', 'node_modules/zod/package.json']);
  for (const { demonstrations = [] } of skills) {
    for (const { path: name } of demonstrations) {
      expect([name, files.some((file) => `${file}/`.startsWith(`${name}/`))]).toEqual([name, true]);
    }
  }
  expect(files.filter((file) => /^(\.git|\.\.|node_modules)|LICENSE/.test(file))).toEqual([]);
});
