/** The mirror: the files of each adapter, and the order of the operations wherever several stand together. */
import path from 'node:path';
import ts from 'typescript';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { EXTRAS } from './sizes';
import { nodesIn, parseSource, placeOf, sourceFiles } from './sources';

/** The files that every adapter has, in the order in which they are read. */
export const ADAPTER_FILES = [
  'index.ts',
  'schema.ts',
  'requests.ts',
  'responses.ts',
  'errors.ts',
  'context.ts',
  'server.ts',
  'client.ts',
] as const;

export interface FileDifference {
  readonly protocol: ProtocolName;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/** Adapters whose files are not `ADAPTER_FILES` and the adapter's own extras. */
export const fileDifferences = (): FileDifference[] =>
  PROTOCOL_NAMES.map((protocol) => {
    const folder = `src/adapters/${protocol}`;
    const files = sourceFiles(folder).map((file) => path.relative(folder, file));
    const expected: string[] = [...ADAPTER_FILES, ...EXTRAS[protocol]];
    return {
      protocol,
      missing: expected.filter((file) => !files.includes(file)),
      unexpected: files.filter((file) => !expected.includes(file)),
    };
  }).filter(({ missing, unexpected }) => missing.length + unexpected.length > 0);

export interface OperationTable {
  /** `src/policy/guard.ts:27` */
  readonly place: string;
  /** Its members that are operations, as they stand. */
  readonly names: readonly string[];
}

const memberName = (member: ts.Node): string => {
  const { name } = member as { name?: ts.Node };
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : '';
};

type Table = ts.ObjectLiteralExpression | ts.InterfaceDeclaration | ts.TypeLiteralNode;
const isTable = (node: ts.Node): node is Table =>
  ts.isObjectLiteralExpression(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node);

/** Objects, interfaces and types of src with several operations for members. */
export const operationTables = (): OperationTable[] =>
  sourceFiles('src')
    .flatMap((file) => nodesIn(parseSource(file), isTable))
    .map((node) => ({
      place: placeOf(node),
      names: Array.from<ts.Node, string>(
        ts.isObjectLiteralExpression(node) ? node.properties : node.members,
        memberName,
      ).filter((name) => (OPERATION_NAMES as string[]).includes(name)),
    }))
    .filter(({ names }) => names.length > 1);

/** The names in `SkillsApi` order. */
export const inOrder = (names: readonly string[]): string[] =>
  OPERATION_NAMES.filter((name) => names.includes(name));
