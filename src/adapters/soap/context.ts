/** SOAP has header blocks beside HTTP's headers: WS-Security carries a token, a block of our own the idempotency key. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import { invalidArgument, malformedToken, SkillsError } from '../../contract/errors';
import { decodeHttpContext, decodeToken } from '../common/http-context';
import { escapeText } from '../common/xml';
import { attributeOf, isElement, quotable, textOf, type XmlElement } from '../common/xml-reader';
import { ENVELOPE_NAMESPACE, NAMESPACE } from './schema';

/** WS-Security, for other clients. Ours sends the token in HTTP's Authorization, which proxies and logs keep secret. */
const SECURITY_NAMESPACE =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const JWT_VALUE_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const BASE64_ENCODING =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';
const NEXT_ACTOR = 'http://schemas.xmlsoap.org/soap/actor/next';

/** common/http-context encodes the token and the deadline as headers; the idempotency key is a header block. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): string =>
  key === undefined
    ? ''
    : `<soap:Header><IdempotencyKey xmlns="${NAMESPACE}">` +
      `${escapeText(checkedIdempotencyKey(key))}</IdempotencyKey></soap:Header>`;

/** Throws INVALID_ARGUMENT or UNAUTHENTICATED for an invalid HTTP header or header block. */
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
    if (isKey) keys.add(checkedIdempotencyKey(textOf(block).trim()));
    if (isSecurity)
      for (const child of block.children.filter(isToken)) tokens.add(decodeSecurityToken(child));
  }
  const [token, ...otherTokens] = tokens;
  const [idempotencyKey, ...otherKeys] = keys;
  if (otherTokens.length > 0) throw malformedToken();
  if (otherKeys.length > 0) throw invalidArgument('idempotencyKey', 'must be given once');
  return { ...context, ...(token && { token }), ...(idempotencyKey && { idempotencyKey }) };
};

/** A message with a mandatory block that is not understood must not be processed (SOAP 1.1, section 4.2.3). */
export const rejectUnknownBlocks = (blocks: readonly XmlElement[]): void => {
  const unknown = blocks.find((block) => isForThisActor(block) && isMandatory(block) && !isUnderstood(block));
  if (unknown) throw notUnderstood(unknown);
};

const isUnderstood = (block: XmlElement): boolean =>
  isElement(block, NAMESPACE, 'IdempotencyKey') ||
  (isElement(block, SECURITY_NAMESPACE, 'Security') && block.children.every(isToken));

const isForThisActor = (block: XmlElement): boolean =>
  (attributeOf(block, ENVELOPE_NAMESPACE, 'actor') || NEXT_ACTOR) === NEXT_ACTOR;

const isMandatory = (block: XmlElement): boolean =>
  /^(1|true)$/.test(attributeOf(block, ENVELOPE_NAMESPACE, 'mustUnderstand') ?? '');

const notUnderstood = ({ local }: XmlElement): SkillsError =>
  new SkillsError('UNIMPLEMENTED', 'HEADER_NOT_UNDERSTOOD', `The header ${quotable(local)} is unknown here.`);

const isToken = (child: XmlElement): boolean => isElement(child, SECURITY_NAMESPACE, 'BinarySecurityToken');

/** The content is the token itself (Web Services Security 1.1, section 6.3), or its Base64 where EncodingType says so. */
const decodeSecurityToken = (element: XmlElement): string => {
  if ((attributeOf(element, '', 'ValueType') ?? JWT_VALUE_TYPE) !== JWT_VALUE_TYPE) throw malformedToken();
  const text = textOf(element).trim();
  const isBase64 = attributeOf(element, '', 'EncodingType') === BASE64_ENCODING;
  return decodeToken(`Bearer ${isBase64 ? decodeBase64(text) : text}`);
};

/** Node skips characters that are not Base64, so the bytes have to give the same text again. */
const decodeBase64 = (text: string): string => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('latin1') : '';
};
