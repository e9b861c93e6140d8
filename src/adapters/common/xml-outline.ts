/** Outlines an XML document: the elements of its upper levels with their namespaces, in one pass within limits. */
import { malformedRequest, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { textOf } from './xml';

type Attributes = readonly (readonly [name: string, value: string])[];

/** An element that knows its parent, and so its namespace, which the soap library ignores. */
export interface XmlElement {
  readonly prefix: string;
  readonly local: string;
  readonly attributes: Attributes;
  readonly parent: XmlElement | undefined;
  readonly children: XmlElement[];
  /** Where its content begins in the document. */
  readonly from: number;
  content: string;
}

export const attributeOf = (attributes: Attributes, name: string): string | undefined =>
  attributes.find(([one]) => one === name)?.[1];

export const namespaceOf = (element: XmlElement | undefined, prefix: string): string => {
  if (!element) return '';
  const declared = attributeOf(element.attributes, prefix === '' ? 'xmlns' : `xmlns:${prefix}`);
  return declared ?? namespaceOf(element.parent, prefix);
};

export const isElement = (element: XmlElement, namespace: string, name: string): boolean =>
  element.local === name && namespaceOf(element, element.prefix) === namespace;

/** The start of a client's text, as printable ASCII for an error message. */
export const quotable = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?');

/** A document without a document type has five entities. */
const UNKNOWN_REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;
const BEFORE_ROOT = /^[\uFEFF \t\r\n]*(?:<\?xml[ \t\r\n][^<?]*\?>)?/;
/** A start tag up to its attributes. */
const START = /<([^\s<>"'=/&!?]+)[ \t\r\n]*(?:(\/?)>)?/y;
const ATTRIBUTE = /([^\s<>"'=/&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')[ \t\r\n]*(?:(\/?)>)?/y;
const END = /[ \t\r\n]*>/y;
/** Envelope, Header or Body, and below it a header block or the operation. */
const OUTLINE_DEPTH = 3;

/**
 * The root element, with the elements down to the operation, and one level more in a header. Throws INVALID_ARGUMENT for
 * anything that is not one XML document of plain elements, attributes and text.
 */
export const outlineOf = (xml: string): XmlElement => {
  const path: (XmlElement | undefined)[] = [newElement('', NO_ATTRIBUTES, undefined, 0)];
  const names: string[] = [];
  let at = xml.indexOf('<', BEFORE_ROOT.exec(xml)?.[0].length);
  for (; at !== -1; at = xml.indexOf('<', at)) {
    const depth = names.length;
    const current = path[depth];
    if (xml[at + 1] === '/') {
      if (current) current.content = xml.slice(current.from, at);
      at = endOfEndTag(xml, at, names.pop());
      continue;
    }
    const tag = startTagAt(xml, at);
    at = tag.end;
    if (depth === LIMITS.xmlDepthMax) throw tooDeep();
    const inHeader = depth >= 2 && path[2]?.local === 'Header';
    if (!inHeader) rejectEncoding(tag);
    const isOutlined = depth < (inHeader ? OUTLINE_DEPTH + 1 : OUTLINE_DEPTH);
    const child = isOutlined ? newElement(tag.name, tag.attributes, current, at) : undefined;
    path[depth + 1] = child;
    if (child) current?.children.push(child);
    if (!tag.isEmpty) names.push(tag.name);
  }
  const [root, ...others] = path[0]?.children ?? [];
  if (!root || others.length > 0 || names.length > 0)
    throw malformedRequest('The body is not one XML document.');
  if (UNKNOWN_REFERENCE.test(xml)) throw malformedRequest("The body has other entities than XML's own five.");
  return root;
};

interface Tag {
  readonly name: string;
  readonly attributes: Attributes;
  readonly isEmpty: boolean;
  readonly end: number;
}
const NO_ATTRIBUTES: Attributes = [];

const startTagAt = (xml: string, at: number): Tag => {
  START.lastIndex = at;
  const start = START.exec(xml);
  if (!start) throw brokenXml(xml.slice(at));
  const [, name = '', slash] = start;
  if (slash !== undefined)
    return { name, attributes: NO_ATTRIBUTES, isEmpty: slash === '/', end: START.lastIndex };
  const attributes: [string, string][] = [];
  ATTRIBUTE.lastIndex = START.lastIndex;
  for (let n = 0; n < LIMITS.xmlAttributesMax; n++) {
    const one = ATTRIBUTE.exec(xml);
    if (!one) break;
    attributes.push([one[1] ?? '', textOf(one[2] ?? one[3] ?? '')]);
    if (one[4] !== undefined) return { name, attributes, isEmpty: one[4] === '/', end: ATTRIBUTE.lastIndex };
  }
  throw brokenXml(xml.slice(at));
};

const endOfEndTag = (xml: string, at: number, name: string | undefined): number => {
  if (name === undefined || !xml.startsWith(name, at + 2)) throw brokenXml(xml.slice(at));
  const end = at + 2 + name.length;
  if (xml[end] === '>') return end + 1;
  END.lastIndex = end;
  if (!END.test(xml)) throw brokenXml(xml.slice(at));
  return END.lastIndex;
};

const brokenXml = (from: string): SkillsError => {
  if (/^<!DOCTYPE|^<\?/.test(from))
    return malformedRequest(
      'SOAP has no document types and no processing instructions (SOAP 1.1, section 3).',
    );
  return malformedRequest(`The body is not XML at ${quotable(from)}`);
};

const tooDeep = (): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'XML_TOO_DEEP', `Elements may be ${LIMITS.xmlDepthMax} deep.`);

/**
 * The soap library follows `href` to `id`, which SOAP's encoding has and a literal message has not: elements would multiply,
 * and an id such as "constructor" would break all later requests. It also keeps attributes under the name "attributes".
 */
const rejectEncoding = ({ name, attributes }: Tag): void => {
  if (
    name === 'attributes' ||
    name.endsWith(':attributes') ||
    attributes.some(([one]) => one === 'id' || one === 'href')
  )
    throw malformedRequest('No element here is called "attributes", and no attribute "id" or "href".');
};

const newElement = (
  name: string,
  attributes: Attributes,
  parent: XmlElement | undefined,
  from: number,
): XmlElement => {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  return { prefix, local: name.slice(colon + 1), attributes, parent, children: [], from, content: '' };
};
