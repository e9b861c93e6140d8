/** The values in a body: where each stands, and what it is called there. */
import { format, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Path } from '../../wire/protobuf-fields';

export interface Leaf {
  readonly path: Path;
  /** Of its text, in UTF-16 units; of its field in protobuf, in bytes. */
  readonly start: number;
  readonly end: number;
  /** What it says, without quotes and escapes. */
  readonly text: string;
}

/** `['skills', 0, 'tags', 1]` is `skills[0].tags[1]`. */
export const pathText = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

/** The domain's own values by place; a list or an object that holds nothing is one too. */
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

/** Undefined where it is no JSON. */
export const jsonTree = (text: string): Node | undefined => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  return errors.length === 0 ? root : undefined;
};

/** A string with its quotes. Empty lists and objects are values. */
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

/** Line breaks and spaces between its tokens, and nothing else. */
export const prettyJson = (text: string): string => {
  const pieces: string[] = [];
  let at = 0;
  // In order. The library's own applyEdits copies the whole text for each.
  for (const { offset, length, content } of format(text, undefined, { insertSpaces: true, tabSize: 2 })) {
    pieces.push(text.slice(at, offset), content);
    at = offset + length;
  }
  return [...pieces, text.slice(at)].join('');
};
