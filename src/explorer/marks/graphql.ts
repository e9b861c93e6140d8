/** GraphQL documents in the form that the GraphQL client sends: one operation, with fields, arguments and selections only. */
import type { Leaf } from './leaves';

/** Argument lists without nested parentheses, braces, and names. */
const TOKEN = /\([^()]*\)|[{}]|[^\s{}()]+/g;

/** Strings, comments, directives and fragments are not supported. */
const isPlain = (document: string): boolean => !/["#@]|\.\.\./.test(document);

/** One line per field. Unsupported documents are returned unchanged. */
export const prettyQuery = (document: string): string => {
  if (!isPlain(document)) return document;
  let text = '';
  let depth = 0;
  for (const [token] of document.matchAll(TOKEN)) {
    if (token === '}') depth -= 1;
    const joins = depth === 0 || token === '{' || token.startsWith('(');
    const gap =
      token.startsWith('(') && depth > 0 ? '' : joins && token !== '}' ? ' ' : `\n${'  '.repeat(depth)}`;
    text += text === '' ? token : gap + token;
    if (token === '{') depth += 1;
  }
  return text;
};

/** Every selected field with its path in the response. */
export const selectedFields = (document: string): Leaf[] => {
  if (!isPlain(document)) return [];
  const leaves: Leaf[] = [];
  const within: string[] = [];
  let last = '';
  for (const { 0: token, index } of document.matchAll(TOKEN)) {
    if (token === '{') within.push(last);
    else if (token === '}') within.pop();
    else if (within.length > 0 && !token.startsWith('(')) {
      last = token;
      const path = [...within.slice(1), token];
      leaves.push({ path, start: index, end: index + token.length, text: token });
    }
  }
  return leaves;
};
