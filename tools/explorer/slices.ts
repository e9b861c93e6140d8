/** The lines of each adapter file that concern one operation. */
import path from 'node:path';
import type ts from 'typescript';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol-names';
import { OPERATION_NAMES, type Operation } from '../../src/contract/skills-api';
import type {
  FileSlice,
  OperationSlices,
  Row,
  RowSlices,
  Stretch,
} from '../../src/explorer/page/read/slices';
import { contractSlice } from './contracts';
import { selectedBy } from './contracts-selected';
import { decisionsOn } from './decisions';
import { type Adapter, type Part, readAdapter } from './slices-parts';
import { type Lines, numbersOf, stretchesOf } from './slices-stretches';
import { languageOf, readSource } from './sources';

const ROOT = path.join(__dirname, '../..');

const ROWS: readonly Row[] = [
  ...(['contract', 'schema', 'requests', 'responses', 'errors'] as const),
  ...(['context', 'server', 'client', 'index'] as const),
];

/**
 * The functions of the servers and clients through which every call goes. They look an operation's codecs up in the tables,
 * so a slice has them, and what they need of the other files.
 */
const EVERY_CALL: Readonly<Record<ProtocolName, readonly string[]>> = {
  rest: ['server.mount', 'client.connect'],
  graphql: ['server.resolve', 'client.connect', 'errors.formatError', 'context.decodeContext'],
  grpc: ['server.handle', 'client.connect'],
  soap: ['server.handle', 'client.connect', 'errors.encodeError'],
};

const sourceName = (protocol: ProtocolName, row: Row): string => `src/adapters/${protocol}/${row}.ts`;

const rowOf = (file: ts.SourceFile): string => path.basename(file.fileName, '.ts');

/** A member of a table by operation under its name, or of GraphQL's resolvers what the operation has to do with. */
const concerns = ({ node, name, parent, children }: Part, operation: Operation): boolean =>
  children.length === 0 &&
  parent !== undefined &&
  (name === operation ||
    selectedBy(operation).fields.has(`${parent.name}.${name}`) ||
    new RegExp(`\\b(api\\.${operation}\\b|resolve\\(api, '${operation}'\\))`).test(node.getText()));

const reach = (adapter: Adapter, from: readonly Part[], operation: Operation): Set<Part> => {
  const reached = new Set<Part>();
  const left = [...from];
  for (let part = left.pop(); part; part = left.pop()) {
    if (reached.has(part)) continue;
    reached.add(part);
    if (part.parent) left.push(part.parent);
    left.push(...adapter.refersTo(part), ...part.children.filter((child) => concerns(child, operation)));
  }
  return reached;
};

const COMMENT = /^\s*(\/\/|\/\*|\*)/;

/** From its comment to its end. */
const linesOf = ({ node, file }: Part, lines: readonly string[]): Lines => {
  let first = file.getLineAndCharacterOfPosition(node.getStart()).line;
  while (first > 0 && COMMENT.test(lines[first - 1] ?? '')) first -= 1;
  return [first, file.getLineAndCharacterOfPosition(node.end).line + 1];
};

const stretchesOfParts = (parts: Iterable<Part>, lines: readonly string[]): Stretch[] => {
  const chosen = new Set<number>();
  for (const part of parts) {
    const theirs = new Set(part.children.flatMap((child) => numbersOf(linesOf(child, lines))));
    for (const line of numbersOf(linesOf(part, lines))) if (!theirs.has(line)) chosen.add(line);
  }
  return stretchesOf(lines, chosen);
};

/** Its first line, which is a comment. */
const sentenceOf = (text: string): string => /^\/\*\* (.+) \*\/\n/.exec(text)?.[1] ?? '';

const adapters = new Map<ProtocolName, Adapter>();
const adapterOf = (protocol: ProtocolName): Adapter => {
  const names = ROWS.slice(1).map((row) => path.join(ROOT, sourceName(protocol, row)));
  const adapter = adapters.get(protocol) ?? readAdapter(names);
  adapters.set(protocol, adapter);
  return adapter;
};

const slicesOf = (protocol: ProtocolName, operation: Operation): ((row: Row) => FileSlice) => {
  const adapter = adapterOf(protocol);
  const own = reach(
    adapter,
    adapter.parts.filter((part) => concerns(part, operation)),
    operation,
  );
  const isOnEveryCall = (part: Part) =>
    EVERY_CALL[protocol].includes(`${rowOf(part.file)}.${part.name}`) && !part.parent;
  const through = reach(adapter, adapter.parts.filter(isOnEveryCall), operation);
  return (row) => {
    if (row === 'contract') return contractSlice(protocol, operation);
    const name = sourceName(protocol, row);
    const text = readSource(name);
    const lines = text.trimEnd().split('\n');
    const reached = new Set([...own, ...through]);
    return {
      path: name,
      sentence: sentenceOf(text),
      language: languageOf(name),
      lines: lines.length,
      stretches:
        row === 'index'
          ? stretchesOf(lines, lines.keys())
          : stretchesOfParts(
              [...reached].filter((part) => rowOf(part.file) === row),
              lines,
            ),
    };
  };
};

const operationSlices = (operation: Operation): OperationSlices => {
  const slices = PROTOCOL_NAMES.map((protocol) => [protocol, slicesOf(protocol, operation)] as const);
  return {
    operation,
    rows: ROWS.map((row): RowSlices => {
      const files = Object.fromEntries(slices.map(([protocol, sliceOf]) => [protocol, sliceOf(row)]));
      return {
        row,
        files: files as RowSlices['files'],
        decisions: decisionsOn(
          row,
          PROTOCOL_NAMES.map((protocol) => files[protocol]?.path ?? ''),
        ),
      };
    }),
  };
};

export const allSlices = (): OperationSlices[] => OPERATION_NAMES.map(operationSlices);
