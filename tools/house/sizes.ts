/** Lines of the adapters and of the code that they share, with their limits. Lines are counted as `wc -l` counts them. */
import path from 'node:path';
import ts from 'typescript';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { nodesIn, parseSource, placeOf, readSource, sourceFiles } from './sources';

export const FILE_LINES_MAX = 200;
export const FUNCTION_LINES_MAX = 50;

/** The limits below are for this many operations; each further operation may add lines. */
const FIRST_OPERATIONS = 11;
const OPERATION_LINES_MAX = 40;
const ADAPTER_LINES_MAX = { rest: 650, graphql: 650, grpc: 700, soap: 650 } as const satisfies Record<
  ProtocolName,
  number
>;

/** Files that only one adapter has. They do not count towards its limit. */
export const EXTRAS: Readonly<Record<ProtocolName, readonly string[]>> = {
  rest: ['preconditions.ts'],
  graphql: [
    'compile.ts',
    'connection.ts',
    'cost.ts',
    'count.ts',
    'limits.ts',
    'node-id.ts',
    'plugins.ts',
    'selection.ts',
  ],
  grpc: [
    'call-grammar.ts',
    'channel.ts',
    'field-masks.ts',
    'fit-trailers.ts',
    'standard-services.ts',
    'strict-protobuf.ts',
  ],
  soap: ['envelope.ts'],
};

export interface Size {
  /** From the root. A function has its line too: `src/app/config.ts:12`. */
  readonly place: string;
  readonly lines: number;
}

export interface AdapterSize {
  readonly protocol: ProtocolName;
  /** Without its extras. */
  readonly lines: number;
  readonly linesMax: number;
  readonly extraLines: number;
}

const countLines = (file: string): number => readSource(file).split('\n').length - 1;

const total = (files: readonly string[]): number => files.reduce((sum, file) => sum + countLines(file), 0);

export const adapterSizes = (): AdapterSize[] =>
  PROTOCOL_NAMES.map((protocol) => {
    const files = sourceFiles(`src/adapters/${protocol}`);
    const isExtra = (file: string) => EXTRAS[protocol].includes(path.basename(file));
    const later = OPERATION_NAMES.length - FIRST_OPERATIONS;
    return {
      protocol,
      lines: total(files.filter((file) => !isExtra(file))),
      linesMax: ADAPTER_LINES_MAX[protocol] + later * OPERATION_LINES_MAX,
      extraLines: total(files.filter(isExtra)),
    };
  });

const longestFirst = (sizes: readonly Size[]): Size[] =>
  sizes.toSorted((one, other) => other.lines - one.lines);

/** Files below the folder, the longest first. */
export const longestFiles = (folder: string): Size[] =>
  longestFirst(sourceFiles(folder).map((file) => ({ place: file, lines: countLines(file) })));

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;

const functionLines = (node: ts.Node): number => {
  const source = node.getSourceFile();
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  return lineAt(node.end) - lineAt(node.getStart(source)) + 1;
};

/** Functions below the folder, the longest first. A function includes the functions inside it. */
export const longestFunctions = (folder: string): Size[] =>
  longestFirst(
    sourceFiles(folder).flatMap((file) =>
      nodesIn(parseSource(file), isFunction).map((node) => ({
        place: placeOf(node),
        lines: functionLines(node),
      })),
    ),
  );

/** Code that all adapters share, by folder. */
export const sharedSizes = (): Size[] =>
  ['src/adapters/common', 'src/runtime'].map((folder) => ({
    place: folder,
    lines: total(sourceFiles(folder)),
  }));
