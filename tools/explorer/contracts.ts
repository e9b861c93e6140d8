/** Selects the lines of each contract that one operation needs: its declaration, and every type that it refers to. */
import { parse } from 'graphql';
import type { ProtocolName } from '../../src/contract/protocol-names';
import type { Operation } from '../../src/contract/skills-api';
import type { FileSlice } from '../../src/explorer/page/read/slices';
import { selectedBy } from './contracts-selected';
import { type Lines, numbersOf, stretchesOf } from './slices-stretches';
import { languageOf, readSource } from './sources';

interface Contract {
  readonly path: string;
  /** Matches the description of the contract. */
  readonly description: RegExp;
  /** Declarations with their line numbers, from 0. */
  readonly declared: (lines: readonly string[]) => readonly (readonly [name: string, line: number])[];
  readonly declarationsOf: (operation: Operation) => readonly string[];
  /** Matches references to other declarations. */
  readonly refers?: RegExp;
  /** Matches comment lines above a declaration, which belong to it. */
  readonly comment?: RegExp;
}

const capital = (operation: Operation): string => operation.charAt(0).toUpperCase() + operation.slice(1);

/** Finds declarations by a pattern over a line and the next one. */
const declaredBy =
  (pattern: RegExp): Contract['declared'] =>
  (lines) =>
    lines.flatMap((line, index) => {
      const names = pattern.exec(`${line}\n${lines[index + 1]}`)?.slice(1);
      return (names ?? []).filter(Boolean).map((name): [string, number] => [name, index]);
    });

const CONTRACTS: Readonly<Record<ProtocolName, Contract>> = {
  rest: {
    path: 'openapi/skills.json',
    description: /"description": "(.+)"/,
    declared: declaredBy(/^ {6}"\w+": \{\n {8}"operationId": "(\w+)"|^ {6}"(\w+)": \{\n/),
    declarationsOf: (operation) => [operation],
    refers: /"#\/components\/\w+\/(\w+)"/g,
  },
  graphql: {
    path: 'graphql/skills.graphql',
    description: /^"(.+)"\n/,
    declared: (lines) =>
      parse(lines.join('\n')).definitions.flatMap((definition) => {
        if (!('name' in definition) || !definition.name) return [];
        const { value } = definition.name;
        const fields = 'fields' in definition ? (definition.fields ?? []) : [];
        return [
          [value, lineOf(definition.name)] as const,
          ...fields.map(({ name }) => [`${value}.${name.value}`, lineOf(name)] as const),
        ];
      }),
    declarationsOf: (operation) => {
      const { fields, types } = selectedBy(operation);
      return [...[...fields].filter((name) => /^(Query|Mutation)\./.test(name)), ...types];
    },
    comment: /^ *"/,
  },
  grpc: {
    path: 'protos/skills/v1/skills.proto',
    description: /\/\/ (.+)\n/,
    declared: declaredBy(/^(?:message|enum) (\w+) |^ {2}(rpc \w+)\(/),
    declarationsOf: (operation) => [`rpc ${capital(operation)}`],
    refers: /\b([A-Z]\w+)\b(?=\)| \w+ = \d)/g,
    comment: /^ *\/\//,
  },
  soap: {
    path: 'wsdl/skills.wsdl',
    description: /<!-- (.+)\n/,
    declared: declaredBy(
      /^ {6}<xs:\w+ name="(\w+)"|^ {2}<wsdl:message name="(\w+)"|^ {4}<wsdl:(operation name="\w+")/,
    ),
    declarationsOf: (operation) => [`operation name="${capital(operation)}"`],
    refers: /(?:type|element|message)="tns:(\w+)"/g,
  },
};

const lineOf = ({ loc }: { readonly loc?: { readonly startToken: { readonly line: number } } }): number =>
  (loc?.startToken.line ?? 0) - 1;

const depthOf = (line: string | undefined): number => /^ */.exec(line ?? '')?.[0].length ?? 0;

/** All four contracts are indented, so a block ends at the next line of the same depth, or includes it if that line closes it. */
const blockAt = (lines: readonly string[], start: number): Lines => {
  const depth = depthOf(lines[start]);
  let end = start + 1;
  while (end < lines.length && (lines[end] === '' || depthOf(lines[end]) > depth)) end += 1;
  if (end === start + 1) return [start, end];
  return [start, /^ *([}\])]|<\/)/.test(lines[end] ?? '') ? end + 1 : end];
};

/** The first and last lines of all enclosing blocks. */
const frameOf = (lines: readonly string[], start: number): number[] => {
  const frame: number[] = [];
  let depth = depthOf(lines[start]);
  for (let line = start; depth > 0 && line >= 0; line -= 1) {
    if (lines[line] === '' || depthOf(lines[line]) >= depth) continue;
    depth = depthOf(lines[line]);
    frame.push(line, blockAt(lines, line)[1] - 1);
  }
  return frame;
};

export const contractSlice = (protocol: ProtocolName, operation: Operation): FileSlice => {
  const { path, description: about, declared, declarationsOf: asked, refers, comment } = CONTRACTS[protocol];
  const text = readSource(path);
  const lines = text.trimEnd().split('\n');
  const declarations = declared(lines);
  const chosen = new Set<number>();
  const seen = new Set<string>();
  const left = [...asked(operation)];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [declaredName, line] of declarations) {
      if (declaredName !== name) continue;
      const [, end] = blockAt(lines, line);
      let start = line;
      while (comment?.test(lines[start - 1] ?? '')) start -= 1;
      for (const number of [...numbersOf([start, end]), ...frameOf(lines, line)]) chosen.add(number);
      const block = lines.slice(line, end).join('\n');
      if (refers) left.push(...Array.from(block.matchAll(refers), ([, referred = '']) => referred));
    }
  }
  return {
    path,
    sentence: about.exec(text)?.[1] ?? '',
    language: languageOf(path),
    lines: lines.length,
    stretches: stretchesOf(lines, chosen),
  };
};
