/** SOAP has header blocks beside HTTP's headers: WS-Security carries a token, a block of our own the idempotency key. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import { invalidArgument, malformedToken, SkillsError } from '../../contract/errors';
import { decodeHttpContext, decodeToken } from '../common/http-context';
import { escapeText, textOf } from '../common/xml';
import { attributeOf, isElement, namespaceOf, quotable, type XmlElement } from '../common/xml-outline';
import { ENVELOPE_NAMESPACE, NAMESPACE } from './schema';

/** WS-Security, for other clients. Ours sends the token in HTTP's Authorization, which proxies and logs keep secret. */
const SECURITY_NAMESPACE =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const JWT_VALUE_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const NEXT_ACTOR = 'http://schemas.xmlsoap.org/soap/actor/next';

/** common/http-context encodes the token and the deadline as headers; the idempotency key is a header block. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): string =>
  key === undefined
    ? ''
    : `<soap:Header><IdempotencyKey xmlns="${NAMESPACE}">` +
      `${escapeText(checkedIdempotencyKey(key))}</IdempotencyKey></soap:Header>`;

/** Throws INVALID_ARGUMENT, UNAUTHENTICATED or UNIMPLEMENTED for an invalid header, HTTP's or a block. */
export const decodeContext = (
  request: IncomingMessage,
  response: ServerResponse,
  blocks: readonly XmlElement[],
): CallContext => {
  const context = decodeHttpContext(request, response);
  if (blocks.length === 0) return context;
  const tokens = new Set(context.token === undefined ? [] : [context.token]);
  const keys = new Set<string>();
  // A block for another actor is not for this service (SOAP 1.1, section 4.2.2).
  for (const block of blocks.filter(isForThisActor)) {
    const isKey = isElement(block, NAMESPACE, 'IdempotencyKey');
    const isSecurity = isElement(block, SECURITY_NAMESPACE, 'Security');
    // A message with a mandatory block that is not understood must not be processed (SOAP 1.1, section 4.2.3).
    if (isMandatory(block) && !isKey && !(isSecurity && block.children.every(isToken)))
      throw notUnderstood(block);
    if (isKey) keys.add(checkedIdempotencyKey(textOf(block.content).trim()));
    if (isSecurity)
      for (const child of block.children.filter(isToken)) tokens.add(decodeSecurityToken(child));
  }
  const [token, ...otherTokens] = tokens;
  const [idempotencyKey, ...otherKeys] = keys;
  if (otherTokens.length > 0) throw malformedToken();
  if (otherKeys.length > 0) throw invalidArgument('idempotencyKey', 'must be one');
  return { ...context, ...(token && { token }), ...(idempotencyKey && { idempotencyKey }) };
};

const isForThisActor = (block: XmlElement): boolean =>
  (envelopeAttribute(block, 'actor') || NEXT_ACTOR) === NEXT_ACTOR;

const isMandatory = (block: XmlElement): boolean =>
  /^(1|true)$/.test(envelopeAttribute(block, 'mustUnderstand') ?? '');

/** An attribute in the namespace of the envelope. */
const envelopeAttribute = (block: XmlElement, local: string): string | undefined =>
  block.attributes.find(([name]) => {
    const [prefix = '', own] = name.split(':');
    return own === local && namespaceOf(block, prefix) === ENVELOPE_NAMESPACE;
  })?.[1];

const notUnderstood = ({ local }: XmlElement): SkillsError =>
  new SkillsError('UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD', `The header ${quotable(local)} is unknown here.`);

const isToken = (child: XmlElement): boolean => isElement(child, SECURITY_NAMESPACE, 'BinarySecurityToken');

/** The content is the token itself (Web Services Security 1.1, section 6.3). */
const decodeSecurityToken = ({ attributes, content }: XmlElement): string => {
  if ((attributeOf(attributes, 'ValueType') ?? JWT_VALUE_TYPE) !== JWT_VALUE_TYPE) throw malformedToken();
  return decodeToken(`Bearer ${textOf(content).trim()}`);
};
