/** XML in the form that the SOAP server and client send: elements, attributes and text; no comments, CDATA or document types. */
import type { Path } from '../../wire/protobuf-fields';
import type { Leaf } from './leaves';

interface Element {
  /** Without the namespace prefix. */
  readonly name: string;
  readonly start: number;
  readonly contentStart: number;
  contentEnd: number;
  end: number;
  readonly children: Element[];
  hasText: boolean;
}

const TOKEN = /<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+/g;

/** The XML declaration and the root element. Unsupported or malformed XML yields no elements. */
const parse = (xml: string): readonly Element[] => {
  if (xml.includes('<!')) return [];
  const document = element('', 0, 0);
  const path = [document];
  let at = 0;
  for (const { 0: token, index } of xml.matchAll(TOKEN)) {
    const current = path.at(-1);
    if (index !== at || !current) return [];
    at = index + token.length;
    if (!token.startsWith('<')) current.hasText = true;
    else if (token.startsWith('</')) {
      current.contentEnd = index;
      current.end = at;
      path.pop();
    } else {
      const child = element(/^<[^\s/>]*/.exec(token)?.[0].replace(/^<(.*:)?/, '') ?? '', index, at);
      current.children.push(child);
      if (!/^<\?|\/>$/.test(token)) path.push(child);
    }
  }
  return at === xml.length && path.length === 1 ? document.children : [];
};

const element = (name: string, start: number, end: number): Element => ({
  name,
  start,
  contentStart: end,
  contentEnd: end,
  end,
  children: [],
  hasText: false,
});

/** One line per element. An element that contains text is left unchanged, so no text changes. */
export const prettyXml = (xml: string): string =>
  parse(xml)
    .map((element) => pretty(xml, element, '\n'))
    .join('\n') || xml;

const pretty = (
  xml: string,
  { start, contentStart, contentEnd, end, children, hasText }: Element,
  line: string,
): string => {
  if (children.length === 0 || hasText) return xml.slice(start, end);
  const inner = children.map((child) => `${line}  ${pretty(xml, child, `${line}  `)}`);
  return `${xml.slice(start, contentStart)}${inner.join('')}${line}${xml.slice(contentEnd, end)}`;
};

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const resolveReferences = (text: string): string =>
  text.replace(/&(?:#(x?)([\da-f]+)|(\w+));/gi, (whole, hex, number, name) =>
    number ? String.fromCodePoint(Number.parseInt(number, hex ? 16 : 10)) : (ENTITIES[name] ?? whole),
  );

/** The text of each element without children, or its tags if it has no text. Items of a list are numbered. */
export const xmlLeaves = (xml: string): Leaf[] => leavesOf(xml, parse(xml), []);

const leavesOf = (xml: string, elements: readonly Element[], within: Path): Leaf[] => {
  let items = 0;
  return elements.flatMap(({ name, start, contentStart, contentEnd, end, children }): Leaf[] => {
    const path = [...within, name === 'item' ? items++ : name];
    if (children.length > 0) return leavesOf(xml, children, path);
    const text = xml.slice(contentStart, contentEnd);
    return [
      text === ''
        ? { path, start, end, text }
        : { path, start: contentStart, end: contentEnd, text: resolveReferences(text) },
    ];
  });
};
