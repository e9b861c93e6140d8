/** The source data that the build writes for the page: types only, imported by both sides. */
import type { Operation, ProtocolName } from '../../api';
import type { Language } from '../shared/syntax';

/** In reading order: the contract, its encoding, the server, the client, and the adapter as a whole. */
export type Row =
  | 'contract'
  | 'schema'
  | 'requests'
  | 'responses'
  | 'errors'
  | 'context'
  | 'server'
  | 'client'
  | 'index';

/** `/data/slices/<operation>.json` */
export interface OperationSlices {
  readonly operation: Operation;
  readonly rows: readonly RowSlices[];
}

export interface RowSlices {
  readonly row: Row;
  readonly files: Readonly<Record<ProtocolName, FileSlice>>;
  readonly decisions: readonly DecisionTitle[];
}

/** The lines of a file that serve the operation. */
export interface FileSlice {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** The opening comment of the file. */
  readonly sentence: string;
  readonly language: Language;
  /** Number of lines in the whole file. */
  readonly lines: number;
  /** In file order, at least one; lines between two stretches are omitted. */
  readonly stretches: readonly Stretch[];
}

/** Consecutive lines of a file. */
export interface Stretch {
  readonly firstLine: number;
  readonly text: string;
}

/** `/data/files/index.json`: the sorted paths of all files that can be opened. */
export type FileIndex = readonly string[];

/** `/data/files/<name>.json`, named by `fileName`. */
export interface SourceFile {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
}

/** `/data/decisions/index.json` lists all of them, in order. */
export interface DecisionTitle {
  /** `0004-refusals-before-the-domain` */
  readonly name: string;
  readonly number: number;
  readonly title: string;
}

/** `/data/decisions/<name>.json` */
export interface Decision extends DecisionTitle {
  /** Without the title. Generated from the repository's Markdown at build time. */
  readonly html: string;
}
