/** XML text and elements: written by hand, read by fast-xml-parser. */
import { XMLParser } from 'fast-xml-parser';
import { LIMITS } from '../../contract/limits';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Quotes need no escape outside attributes, and the domain has turned carriage returns into newlines. */
export const escapeText = (text: string): string =>
  /[&<>]/.test(text) ? text.replace(/[&<>]/g, (character) => ESCAPES[character] as string) : text;

/** An empty string for an absent text: an absent field has no element. */
export const element = (name: string, text: string | number | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(String(text))}</${name}>`;

/** A list is an element with an `<item>` for each of its items; an absent list has no element. */
export const list = <T>(
  name: string,
  items: readonly T[] | undefined,
  encode: (item: T) => string,
): string =>
  items === undefined
    ? ''
    : `<${name}>${items.map((item) => `<item>${encode(item)}</item>`).join('')}</${name}>`;

export const texts = (name: string, items: readonly string[] | undefined): string =>
  list(name, items, escapeText);

// biome-ignore lint/suspicious/noExplicitAny: parsed XML has no types; the decoders list what they read.
export type Xml = any;

const PARSER = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  maxNestedTags: LIMITS.xmlDepthMax,
  isArray: (name) => name === 'item',
});

/** Elements as objects by their local names, texts as they are, lists as `{ item: [...] }`. Throws for broken XML. */
export const parseXml = (xml: string): Xml => PARSER.parse(xml);

/** The items of a list; an empty list is parsed as empty text. */
export const itemsOf = (parsed: Xml): Xml[] | undefined =>
  parsed === undefined ? undefined : (parsed.item ?? []);

/** The text of an element's content, with its references resolved; an empty string for content with elements. */
export const textOf = (content: string): string => {
  if (content.includes('<')) return '';
  return content.includes('&') ? PARSER.parse(`<text>${content}</text>`).text : content;
};

/** The same XML without comments and CDATA sections, which split a text: the soap library drops a part of spaces only. */
export const mergeTextParts = (xml: string): string =>
  xml.includes('<!')
    ? xml.replace(TEXT_PARTS, (part, comment, text, cdata) => {
        if (comment) return '';
        return cdata ? escapeText(text) : part;
      })
    : xml;

/** A part without an end reaches to the end of the document, so that no place is read twice. */
const TEXT_PARTS = /<!--[\s\S]*?(-->|$)|<!\[CDATA\[([\s\S]*?)(\]\]>|$)/g;
