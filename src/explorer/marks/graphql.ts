/** GraphQL documents as our client writes them: one operation, fields with arguments and selections, and no more. */
import type { Leaf } from './leaves';

/** Arguments, which hold no others; braces; names. */
const TOKEN = /\([^()]*\)|[{}]|[^\s{}()]+/g;

/** With strings, comments, directives or fragments it is another language than the one that is read here. */
const isPlain = (document: string): boolean => !/["#@]|\.\.\./.test(document);

/** A line for each field. */
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

/** Every field that is asked for, by its place in the answer. */
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
