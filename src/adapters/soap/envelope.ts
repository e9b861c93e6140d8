/** SOAP 1.1 envelopes, both ends of each message. The elements are read strictly: saxes checks the XML and its namespaces. */
import { invalidArgument, malformedRequest, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import {
  attributeOf,
  contentOf,
  isElement,
  quotable,
  readXml,
  type Xml,
  type XmlElement,
  XSI_NAMESPACE,
} from '../common/xml-reader';
import { rejectUnknownBlocks } from './context';
import { ENVELOPE_NAMESPACE, NAMESPACE, ROUTES } from './schema';

/** `header` and `content` are XML. */
export const encodeRequestEnvelope = (operation: Operation, content: string, header = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}" xmlns:xsi="${XSI_NAMESPACE}">` +
  `${header}<soap:Body><${ROUTES[operation]} xmlns="${NAMESPACE}">${content}</${ROUTES[operation]}></soap:Body></soap:Envelope>`;

/** The child of the Body in a response; the soap library writes the envelope around it. */
export const encodeResponseElement = (operation: Operation, content: string): string =>
  `<${ROUTES[operation]}Response xmlns="${NAMESPACE}">${content}</${ROUTES[operation]}Response>`;

export const encodeFaultEnvelope = (fault: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}">` +
  `<soap:Body>${fault}</soap:Body></soap:Envelope>`;

export interface RequestEnvelope {
  readonly blocks: readonly XmlElement[];
  readonly operation: Operation;
  readonly content: Xml;
}

/** On the server. Throws INVALID_ARGUMENT or UNIMPLEMENTED for anything but one operation in a SOAP 1.1 envelope. */
export const decodeRequestEnvelope = (xml: string): RequestEnvelope => {
  const envelope = readXml(xml);
  if (envelope.local !== 'Envelope') throw notAnEnvelope();
  if (!isElement(envelope, ENVELOPE_NAMESPACE, 'Envelope'))
    throw new SkillsError('UNIMPLEMENTED', 'VERSION_MISMATCH', 'This service supports SOAP 1.1 only.');
  const { header, body } = partsOf(envelope);
  if (!body) throw notAnEnvelope();
  const blocks = header?.children ?? [];
  rejectUnknownBlocks(blocks);
  const operation = operationIn(body);
  const element = body.children[0]!;
  rejectEncoding(body);
  return { blocks, operation, content: contentOf(element) };
};

export interface Fault {
  readonly text: string;
  /** The content of our own SkillsFault, where the fault's detail has one. */
  readonly detail?: Xml;
}

/** On the client: the content of the operation's response element, or a fault. Throws for anything else. */
export const decodeResponseEnvelope = (
  operation: Operation,
  xml: string,
): { content: Xml } | { fault: Fault } => {
  // The limit is for requests; a page of skills has more elements.
  const element = partsOf(readXml(xml, Number.POSITIVE_INFINITY)).body?.children[0];
  if (element && isElement(element, ENVELOPE_NAMESPACE, 'Fault')) return { fault: decodeFault(element) };
  if (element && isElement(element, NAMESPACE, `${ROUTES[operation]}Response`))
    return { content: contentOf(element) };
  throw notAnEnvelope();
};

/** `faultstring` and `detail` are in no namespace (SOAP 1.1, section 4.4). */
const decodeFault = ({ children }: XmlElement): Fault => {
  const child = (name: string) => children.find((one) => isElement(one, '', name));
  const own = child('detail')?.children.find((one) => isElement(one, NAMESPACE, 'SkillsFault'));
  const text = child('faultstring')?.text ?? '';
  return own ? { text, detail: contentOf(own) } : { text };
};

/** An Envelope has an optional Header, then one Body, and no text beside them. */
const partsOf = (envelope: XmlElement): { header?: XmlElement; body?: XmlElement } => {
  const [first, ...rest] = envelope.children;
  const hasHeader = first !== undefined && isElement(first, ENVELOPE_NAMESPACE, 'Header');
  const [body, ...others] = hasHeader ? rest : envelope.children;
  const isEnvelope = isElement(envelope, ENVELOPE_NAMESPACE, 'Envelope');
  const isWhole = isEnvelope && body && isElement(body, ENVELOPE_NAMESPACE, 'Body') && others.length === 0;
  if (!isWhole || [envelope, body].some(({ text }) => text.trim() !== '')) return {};
  return { ...(hasHeader && { header: first }), body };
};

const notAnEnvelope = (): SkillsError =>
  malformedRequest('The body is not a SOAP envelope that this service can read.');

const OPERATIONS = new Map(
  Object.entries(ROUTES).map(([operation, name]) => [name as string, operation as Operation]),
);

const operationIn = ({ children: [element, ...others] }: XmlElement): Operation => {
  if (!element) throw malformedRequest('The Body is empty.');
  const operation = OPERATIONS.get(element.local);
  if (operation === undefined || element.namespace !== NAMESPACE) {
    const name = quotable(`{${element.namespace}}${element.local}`);
    throw new SkillsError('UNIMPLEMENTED', 'OPERATION_NOT_FOUND', `There is no operation ${name}.`);
  }
  if (others.length > 0) throw invalidArgument('', 'must be the one element of the Body');
  return operation;
};

/** `href` and `id` belong to SOAP's encoding (SOAP 1.1, section 5), and this service's messages are literal. */
const rejectEncoding = (element: XmlElement): void => {
  if (attributeOf(element, '', 'id') !== undefined || attributeOf(element, '', 'href') !== undefined)
    throw malformedRequest('No element here has an attribute "id" or "href": messages are literal.');
  element.children.forEach(rejectEncoding);
};
