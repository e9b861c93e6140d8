/** In REST the etag, the idempotency key and the format are headers. Only REST lets the client choose the format. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import { SkillsError } from '../../contract/errors';
import { decodeEntityTags } from '../common/entity-tags';
import { decodeHttpContext } from '../common/http-context';
import { NAMES } from './schema';

/** common/http-context encodes the token and the deadline as headers; the idempotency key is a header too. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): Record<string, string> =>
  key === undefined ? {} : { 'idempotency-key': `"${checkedIdempotencyKey(key)}"` };

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) is a structured string; a value without quotes is accepted
 * too. Throws INVALID_ARGUMENT or UNAUTHENTICATED for an invalid header.
 */
export const decodeContext = (request: IncomingMessage, response: ServerResponse): CallContext => {
  const context = decodeHttpContext(request, response);
  const header = request.headers['idempotency-key'];
  if (header === undefined) return context;
  const key = String(header);
  return { ...context, idempotencyKey: checkedIdempotencyKey(/^"(.*)"$/.exec(key)?.[1] ?? key) };
};

export type Format = 'json' | 'xml';

const CONTENT_TYPES = ['application/json', 'application/xml', 'text/xml'];
const TYPES = [...CONTENT_TYPES, 'application/problem+json', 'application/problem+xml'];

/** Undefined if the client accepts none of the types. A charset has no effect on JSON (RFC 8259, section 11). */
const preferredFormat = (request: Request, types: string[]): Format | undefined => {
  const { accept } = request.headers;
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'json';
  request.headers.accept = accept.replace(/;\s*charset=[^;,]*/gi, '');
  const preferred = request.accepts(types);
  return preferred ? (preferred.endsWith('xml') ? 'xml' : 'json') : undefined;
};

/** The format that the client prefers (RFC 9110, section 12.5.1); JSON without an Accept header. */
export const decodeFormat = (request: Request): Format => {
  // A response to DELETE has content only if it is an error.
  const preferred = preferredFormat(request, request.method === 'DELETE' ? TYPES : CONTENT_TYPES);
  if (preferred) return preferred;
  throw new SkillsError(
    'INVALID_ARGUMENT',
    'NOT_ACCEPTABLE',
    'This service answers in application/json or application/xml.',
  );
};

/** The format of an error, which a client can ask for by its own types. JSON if it accepts none (RFC 9457, section 3). */
export const problemFormat = (request: Request): Format => preferredFormat(request, TYPES) ?? 'json';

/** An entity tag is strong, so the XML of a skill needs one of its own (RFC 9110, section 8.8.3). */
export const encodeEtag = (etag: string, format: Format): string =>
  `"${etag}${format === 'xml' ? '.xml' : ''}"`;

/** decodeIfMatch removes one `.xml`; an etag that ends in it gets a second, so that it arrives unchanged. */
export const encodeIfMatch = (etag: string | undefined): Record<string, string> => {
  if (etag === undefined) return {};
  const format = etag.endsWith('.xml') ? 'xml' : 'json';
  return { 'if-match': etag === '*' ? '*' : encodeEtag(etag, format) };
};

/** The first tag of `If-Match` as the domain's etag, or `*`. Several tags are compared in preconditions.ts. */
export const decodeIfMatch = ({ 'if-match': header }: IncomingHttpHeaders): string | undefined => {
  const [tag] = header === undefined ? [] : decodeEntityTags(NAMES.otherField('If-Match'), header);
  // A weak tag keeps its `W/`, so it equals no etag of the service, as If-Match demands.
  return tag?.replace(/(\.xml)?"$/, '').replace('"', '');
};
