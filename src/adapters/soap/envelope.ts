/** SOAP 1.1 envelopes: what the soap library does not check is checked here, and both ends of a message are written. */
import { invalidArgument, malformedRequest, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import { mergeTextParts, parseXml, type Xml } from '../common/xml';
import { isElement, namespaceOf, outlineOf, quotable, type XmlElement } from '../common/xml-outline';
import { ENVELOPE_NAMESPACE, NAMESPACE, ROUTES } from './schema';

const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

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

/** With the client's parser, the child of the Body: the content of the request or response element, or the fault. */
export const decodeEnvelope = (xml: string): { content?: Xml; fault?: Xml } => {
  const body = parseXml(xml).Envelope?.Body;
  const { Fault: fault, ...elements } = Object(body);
  return { fault, content: Object.values(elements)[0] };
};

const OPERATION_ELEMENTS: ReadonlySet<string> = new Set(Object.values(ROUTES));

/**
 * On the server, the header blocks, and the envelope without them. The soap library takes elements by their local names, in
 * any namespace and at any depth, and writes a header of its own for a Timestamp; so it gets an envelope that has been checked.
 */
export const checkRequestEnvelope = (sent: string): { blocks: readonly XmlElement[]; xml: string } => {
  const xml = mergeTextParts(sent);
  const envelope = outlineOf(xml);
  if (envelope.local !== 'Envelope') throw notAnEnvelope();
  if (!isElement(envelope, ENVELOPE_NAMESPACE, 'Envelope'))
    throw new SkillsError('UNIMPLEMENTED', 'VERSION_MISMATCH', 'This service reads SOAP 1.1 alone.');
  const { children } = envelope;
  const header =
    children[0] && isElement(children[0], ENVELOPE_NAMESPACE, 'Header') ? children[0] : undefined;
  const [body, ...others] = header ? children.slice(1) : children;
  if (!body || !isElement(body, ENVELOPE_NAMESPACE, 'Body') || others.length > 0) throw notAnEnvelope();
  requireOperation(body);
  if (!header?.children.length) return { blocks: [], xml };
  const { from, content } = header;
  return { blocks: header.children, xml: xml.slice(0, from) + xml.slice(from + content.length) };
};

export const notAnEnvelope = (): SkillsError =>
  malformedRequest('The body is not a SOAP envelope that this service can read.');

const requireOperation = ({ children: [operation, ...others] }: XmlElement): void => {
  if (!operation) throw malformedRequest('The Body is empty.');
  if (!OPERATION_ELEMENTS.has(operation.local) || !isElement(operation, NAMESPACE, operation.local)) {
    const name = quotable(`{${namespaceOf(operation, operation.prefix)}}${operation.local}`);
    throw new SkillsError('UNIMPLEMENTED', 'OPERATION_NOT_FOUND', `There is no operation ${name}.`);
  }
  if (others.length > 0) throw invalidArgument('', 'must be the one element of the Body');
};
