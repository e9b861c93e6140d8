/** What surrounds an operation: the envelope with its header blocks, found by their namespaces, and HTTP's headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import { invalidArgument, malformedRequest, malformedToken, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import { OPERATION_NAMES } from '../../contract/skills-api';
import { decodeHttpContext, decodeToken } from '../common/http-context';
import { ENVELOPE_NAMESPACE, elementName, NAMESPACE } from './schema';
import { escapeText, inOnePiece, textIn } from './wire';

export { requestIdHeader } from '../common/http-context';

type Attributes = readonly (readonly [name: string, value: string])[];

/** An element that knows where it stands, and so its namespace, which the soap library does not look at. */
export interface Outlined {
  readonly prefix: string;
  readonly local: string;
  readonly attributes: Attributes;
  readonly parent: Outlined | undefined;
  readonly children: Outlined[];
  readonly from: number;
  content: string;
}

const attributeOf = (attributes: Attributes, name: string): string | undefined =>
  attributes.find(([one]) => one === name)?.[1];

const namespaceOf = (element: Outlined | undefined, prefix: string): string => {
  if (!element) return '';
  const declared = attributeOf(element.attributes, prefix === '' ? 'xmlns' : `xmlns:${prefix}`);
  return declared ?? namespaceOf(element.parent, prefix);
};

const is = (element: Outlined, namespace: string, name: string): boolean =>
  element.local === name && namespaceOf(element, element.prefix) === namespace;

const ELEMENTS = new Set(OPERATION_NAMES.map(elementName));

/**
 * The header blocks, and the envelope without them. The library takes elements by their local names, of whatever
 * namespace and at any depth, and answers with a header of its own where it sees one with a Timestamp.
 */
export const readEnvelope = (sent: string): { blocks: readonly Outlined[]; xml: string } => {
  const xml = inOnePiece(sent);
  const envelope = outlineOf(xml);
  if (envelope.local !== 'Envelope') throw noEnvelope();
  if (!is(envelope, ENVELOPE_NAMESPACE, 'Envelope'))
    throw new SkillsError('UNIMPLEMENTED', 'VERSION_MISMATCH', 'This service reads SOAP 1.1 alone.');
  const { children } = envelope;
  const header = children[0] && is(children[0], ENVELOPE_NAMESPACE, 'Header') ? children[0] : undefined;
  const [body, ...others] = header ? children.slice(1) : children;
  if (!body || !is(body, ENVELOPE_NAMESPACE, 'Body') || others.length > 0) throw noEnvelope();
  expectOperation(body);
  if (!header?.children.length) return { blocks: [], xml };
  const { from, content } = header;
  return { blocks: header.children, xml: xml.slice(0, from) + xml.slice(from + content.length) };
};

export const noEnvelope = (): SkillsError =>
  malformedRequest('The body is not a SOAP envelope that this service can read.');

const expectOperation = ({ children: [asked, ...others] }: Outlined): void => {
  if (!asked) throw malformedRequest('The Body is empty.');
  if (!ELEMENTS.has(asked.local) || !is(asked, NAMESPACE, asked.local)) {
    const name = quotable(`{${namespaceOf(asked, asked.prefix)}}${asked.local}`);
    throw new SkillsError('UNIMPLEMENTED', 'OPERATION_NOT_FOUND', `There is no operation ${name}.`);
  }
  if (others.length > 0) throw invalidArgument('', 'must be the one element of the Body');
};

/** Of what a caller sent, as much as an answer can hold. */
const quotable = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?');

/** Without a document type, XML has five entities. */
const STRANGE_REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;
const BEFORE_ROOT = /^[\uFEFF \t\r\n]*(?:<\?xml[ \t\r\n][^<?]*\?>)?/;
/** A start tag, as far as its attributes. */
const START = /<([^\s<>"'=/&!?]+)[ \t\r\n]*(?:(\/?)>)?/y;
const ATTRIBUTE = /([^\s<>"'=/&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')[ \t\r\n]*(?:(\/?)>)?/y;
const END = /[ \t\r\n]*>/y;
/** Envelope, Header or Body, block or operation; of a block, also what is in it. */
const OUTLINE_DEPTH = 3;

/** The root with the levels that matter here. One pass, whatever comes. */
const outlineOf = (xml: string): Outlined => {
  const path: (Outlined | undefined)[] = [outlined('', NO_ATTRIBUTES, undefined, 0)];
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
    if (!inHeader) refuseEncoding(tag);
    const matters = depth < (inHeader ? OUTLINE_DEPTH + 1 : OUTLINE_DEPTH);
    const child = matters ? outlined(tag.name, tag.attributes, current, at) : undefined;
    path[depth + 1] = child;
    if (child) current?.children.push(child);
    if (!tag.isEmpty) names.push(tag.name);
  }
  const [root, ...others] = path[0]?.children ?? [];
  if (!root || others.length > 0 || names.length > 0)
    throw malformedRequest('The body is not one XML document.');
  if (STRANGE_REFERENCE.test(xml)) throw malformedRequest("The body has other entities than XML's own five.");
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
  if (!start) throw notXml(xml.slice(at));
  const [, name = '', slash] = start;
  if (slash !== undefined)
    return { name, attributes: NO_ATTRIBUTES, isEmpty: slash === '/', end: START.lastIndex };
  const attributes: [string, string][] = [];
  ATTRIBUTE.lastIndex = START.lastIndex;
  for (let n = 0; n < LIMITS.xmlAttributesMax; n++) {
    const one = ATTRIBUTE.exec(xml);
    if (!one) break;
    attributes.push([one[1] ?? '', textIn(one[2] ?? one[3] ?? '')]);
    if (one[4] !== undefined) return { name, attributes, isEmpty: one[4] === '/', end: ATTRIBUTE.lastIndex };
  }
  throw notXml(xml.slice(at));
};

const endOfEndTag = (xml: string, at: number, name: string | undefined): number => {
  if (name === undefined || !xml.startsWith(name, at + 2)) throw notXml(xml.slice(at));
  const end = at + 2 + name.length;
  if (xml[end] === '>') return end + 1;
  END.lastIndex = end;
  if (!END.test(xml)) throw notXml(xml.slice(at));
  return END.lastIndex;
};

const notXml = (from: string): SkillsError => {
  if (/^<!DOCTYPE|^<\?/.test(from))
    return malformedRequest(
      'SOAP has no document types and no processing instructions (SOAP 1.1, section 3).',
    );
  return malformedRequest(`The body is not XML at ${quotable(from)}`);
};

const tooDeep = (): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'XML_TOO_DEEP', `Elements may be ${LIMITS.xmlDepthMax} deep.`);

/**
 * The library follows `href` to `id`, as SOAP's encoding has it and no literal message: elements multiply, and an id
 * that is a member of every object breaks all requests to come. What it calls `attributes` is no element.
 */
const refuseEncoding = ({ name, attributes }: Tag): void => {
  if (
    name === 'attributes' ||
    name.endsWith(':attributes') ||
    attributes.some(([one]) => one === 'id' || one === 'href')
  )
    throw malformedRequest('No element here is called "attributes", and no attribute "id" or "href".');
};

const outlined = (
  name: string,
  attributes: Attributes,
  parent: Outlined | undefined,
  from: number,
): Outlined => {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  return { prefix, local: name.slice(colon + 1), attributes, parent, children: [], from, content: '' };
};

const SECURITY_NAMESPACE =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const NEXT_ACTOR = 'http://schemas.xmlsoap.org/soap/actor/next';

/** HTTP's headers, and the blocks that say more. Throws what is wrong with either. */
export const decodeContext = (
  request: IncomingMessage,
  response: ServerResponse,
  blocks: readonly Outlined[],
): CallContext => {
  const context = decodeHttpContext(request, response);
  if (blocks.length === 0) return context;
  const tokens = new Set(context.token === undefined ? [] : [context.token]);
  const keys = new Set<string>();
  // SOAP 1.1, section 4.2.2: what is for another actor is not for us to understand.
  for (const block of blocks.filter((one) => (ofEnvelope(one, 'actor') || NEXT_ACTOR) === NEXT_ACTOR)) {
    const demands = /^(1|true)$/.test(ofEnvelope(block, 'mustUnderstand') ?? '');
    const isKey = is(block, NAMESPACE, 'IdempotencyKey');
    const isSecurity = is(block, SECURITY_NAMESPACE, 'Security');
    // SOAP 1.1, section 4.2.3: such a message must not be processed.
    if (demands && !isKey && !(isSecurity && block.children.every(isToken))) throw notUnderstood(block);
    if (isKey) keys.add(checkedIdempotencyKey(textIn(block.content).trim()));
    if (isSecurity)
      for (const child of block.children.filter(isToken)) tokens.add(decodeSecurityToken(child));
  }
  const [token, ...otherTokens] = tokens;
  const [idempotencyKey, ...otherKeys] = keys;
  if (otherTokens.length > 0) throw malformedToken();
  if (otherKeys.length > 0) throw invalidArgument('idempotencyKey', 'must be one');
  return { ...context, ...(token && { token }), ...(idempotencyKey && { idempotencyKey }) };
};

/** An attribute of SOAP's own. */
const ofEnvelope = (block: Outlined, local: string): string | undefined =>
  block.attributes.find(([name]) => {
    const [prefix = '', own] = name.split(':');
    return own === local && namespaceOf(block, prefix) === ENVELOPE_NAMESPACE;
  })?.[1];

const notUnderstood = ({ local }: Outlined): SkillsError =>
  new SkillsError('UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD', `The header ${quotable(local)} is unknown here.`);

const isToken = (child: Outlined): boolean => is(child, SECURITY_NAMESPACE, 'BinarySecurityToken');

/** Web Services Security 1.1, section 6.3; what the element holds is the token itself. */
const decodeSecurityToken = ({ attributes, content }: Outlined): string => {
  if ((attributeOf(attributes, 'ValueType') ?? JWT) !== JWT) throw malformedToken();
  return decodeToken(`Bearer ${textIn(content).trim()}`);
};

/** The token goes where proxies and logs know to keep it to themselves: in HTTP's header. */
export const encodeHeader = ({ idempotencyKey }: CallContext = {}): string =>
  idempotencyKey === undefined
    ? ''
    : `<soap:Header><IdempotencyKey xmlns="${NAMESPACE}">` +
      `${escapeText(checkedIdempotencyKey(idempotencyKey))}</IdempotencyKey></soap:Header>`;
