/** What the build writes of the sources for the page: types only, as both sides import them. */
import type { Operation, ProtocolName } from '../../api';
import type { Language } from '../shared/syntax';

/** In the order in which they are read: the promise, how it is kept on either side, and how it is all put together. */
export type Row = 'contract' | 'schema' | 'wire' | 'errors' | 'context' | 'server' | 'client' | 'index';

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

/** What of a file concerns the operation. */
export interface FileSlice {
  /** From the root of the repository. */
  readonly path: string;
  /** What the file says of itself, first of all. */
  readonly sentence: string;
  readonly language: Language;
  /** Of the whole file. */
  readonly lines: number;
  /** In the file's order, and never none; between two of them lines are left out. */
  readonly stretches: readonly Stretch[];
}

/** Whole lines, as they stand in the file. */
export interface Stretch {
  readonly firstLine: number;
  readonly text: string;
}

/** `/data/files/index.json`: the path of every file that can be opened, in order. */
export type FileIndex = readonly string[];

/** `/data/files/<name>.json`, by its fileName. */
export interface SourceFile {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
}

/** `/data/decisions/index.json` is all of them, in order. */
export interface DecisionTitle {
  /** `0004-refusals-before-the-domain` */
  readonly name: string;
  readonly number: number;
  readonly title: string;
}

/** `/data/decisions/<name>.json` */
export interface Decision extends DecisionTitle {
  /** Without its title. Made of our own text when the page is built. */
  readonly html: string;
}
