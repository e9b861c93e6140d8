/** Reads XML strictly and with namespaces (saxes), within limits. A document type or a processing instruction is an error. */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { malformedRequest, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';

export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

export interface XmlElement {
  /** Empty for an element in no namespace. */
  readonly namespace: string;
  readonly local: string;
  readonly attributes: Readonly<Record<string, SaxesAttributeNS>>;
  readonly children: XmlElement[];
  /** The text directly in the element, with references, comments and CDATA resolved. */
  text: string;
}

export const isElement = ({ namespace, local }: XmlElement, ofNamespace: string, name: string): boolean =>
  local === name && namespace === ofNamespace;

export const attributeOf = (
  { attributes }: XmlElement,
  namespace: string,
  name: string,
): string | undefined => {
  for (const qualifiedName in attributes) {
    const { uri, local, value } = attributes[qualifiedName]!;
    if (local === name && uri === namespace) return value;
  }
  return undefined;
};

/** The text of an element; an empty string for an element that contains elements. */
export const textOf = ({ text, children }: XmlElement): string => (children.length > 0 ? '' : text);

/** The root element. Throws MALFORMED_XML, MALFORMED_REQUEST or XML_TOO_DEEP. */
export const readXml = (xml: string, elementsMax: number = LIMITS.xmlElementsMax): XmlElement => {
  const read = idleReader ?? createReader();
  idleReader = undefined;
  const root = read(xml, elementsMax);
  idleReader = read;
  return root;
};

type Reader = (xml: string, elementsMax: number) => XmlElement;

/** A parser that has read a whole document can read another one; a parser whose handler has thrown is dropped. */
let idleReader: Reader | undefined;

const createReader = (): Reader => {
  let path: XmlElement[] = [];
  let elements = 0;
  let elementsMax = 0;
  let attributes = 0;
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('error', ({ message }) => {
    throw malformedXml(`The body is not XML: ${quotable(message.replace(/\.$/, ''))}.`);
  });
  parser.on('doctype', rejectDocumentType);
  parser.on('processinginstruction', rejectDocumentType);
  parser.on('opentagstart', () => {
    attributes = 0;
    if (path.length > LIMITS.xmlDepthMax) throw tooDeep();
    if (++elements > elementsMax) throw malformedRequest(`The body has over ${elementsMax} elements.`);
  });
  parser.on('attribute', () => {
    if (++attributes > LIMITS.xmlAttributesMax)
      throw malformedRequest(`An element has over ${LIMITS.xmlAttributesMax} attributes.`);
  });
  parser.on('opentag', (tag) => {
    const element = newElement(tag);
    path.at(-1)?.children.push(element);
    path.push(element);
  });
  const addText = (text: string) => {
    path.at(-1)!.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    path.pop();
  });
  return (xml, max) => {
    const document: XmlElement = { namespace: '', local: '', attributes: {}, children: [], text: '' };
    path = [document];
    elements = 0;
    elementsMax = max;
    parser.write(xml).close();
    path = [];
    return document.children[0]!;
  };
};

const newElement = ({ uri, local, attributes }: SaxesTagNS): XmlElement => ({
  namespace: uri,
  local,
  attributes,
  children: [],
  text: '',
});

// biome-ignore lint/suspicious/noExplicitAny: parsed XML has no types; the decoders list what they read.
export type Xml = any;

/**
 * The content of an element as a value: child elements by their local names, a list as `{ item: [...] }`, text as it is, nil
 * as null. Throws MALFORMED_REQUEST for an element of another namespace, and for content that is not of one kind.
 */
export const contentOf = (element: XmlElement): Xml => {
  const { namespace, local, children, text } = element;
  const nil = attributeOf(element, XSI_NAMESPACE, 'nil');
  if (nil !== undefined && /^\s*(true|1)\s*$/.test(nil)) {
    if (children.length > 0 || text !== '')
      throw malformedRequest(`${quotable(local)} is nil and has content.`);
    return null;
  }
  if (children.length === 0) return text;
  if (text.trim() !== '') throw malformedRequest(`${quotable(local)} has text beside its elements.`);
  const content: Record<string, Xml> = Object.create(null);
  for (const child of children) {
    if (child.namespace !== namespace)
      throw malformedRequest(`${quotable(child.local)} is not in the namespace ${quotable(namespace)}.`);
    const value = contentOf(child);
    // A list of one is a list. Another element that is repeated becomes a list, which the service rejects.
    const known = content[child.local];
    if (Array.isArray(known)) known.push(value);
    else if (child.local in content) content[child.local] = [known, value];
    else content[child.local] = child.local === 'item' ? [value] : value;
  }
  return { ...content };
};

/** The start of a client's text, as printable ASCII for an error message. */
export const quotable = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?');

const rejectDocumentType = (): never => {
  throw malformedRequest('SOAP has no document types and no processing instructions (SOAP 1.1, section 3).');
};

/** The text is not well-formed (XML 1.0, section 2.1), or its prefixes are not declared. */
const malformedXml = (message: string): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'MALFORMED_XML', message);

const tooDeep = (): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'XML_TOO_DEEP', `Elements may be ${LIMITS.xmlDepthMax} deep.`);
