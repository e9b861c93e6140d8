/** Leaves: the values in a body, each with its range and its path. */
import { format, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Path } from '../../wire/protobuf-fields';

export interface Leaf {
  readonly path: Path;
  /** Range in UTF-16 units of the text; in protobuf, in bytes of the field. */
  readonly start: number;
  readonly end: number;
  /** The value without quotes and escapes. */
  readonly text: string;
}

/** `['skills', 0, 'tags', 1]` becomes `skills[0].tags[1]`. */
export const pathText = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

/** The paths of all values in a domain object; empty lists and objects count as values. */
export const pathsIn = (value: unknown, path: Path = []): string[] => {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [pathText(path)];
  const members: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return members.length === 0
    ? [pathText(path)]
    : members.flatMap(([step, member]) => pathsIn(member, [...path, step]));
};

/** Undefined if the text is not valid JSON. */
export const jsonTree = (text: string): Node | undefined => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  return errors.length === 0 ? root : undefined;
};

/** Ranges of strings include their quotes. Empty lists and objects are values. */
export const jsonLeaves = (text: string, node: Node | undefined, path: Path = []): Leaf[] => {
  if (!node) return [];
  const { type, offset, length, value, children = [] } = node;
  if (children.length === 0) {
    const [start, end] = [offset, offset + length];
    return [{ path, start, end, text: type === 'string' ? value : text.slice(start, end) }];
  }
  return children.flatMap((child, index) =>
    type === 'array'
      ? jsonLeaves(text, child, [...path, index])
      : jsonLeaves(text, child.children?.[1], [...path, child.children?.[0]?.value]),
  );
};

/** Adds line breaks and spaces between tokens, and changes nothing else. */
export const prettyJson = (text: string): string => {
  const pieces: string[] = [];
  let at = 0;
  // Edits are sorted. The library's own applyEdits copies the whole text for each edit.
  for (const { offset, length, content } of format(text, undefined, { insertSpaces: true, tabSize: 2 })) {
    pieces.push(text.slice(at, offset), content);
    at = offset + length;
  }
  return [...pieces, text.slice(at)].join('');
};
