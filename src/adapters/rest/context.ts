/** HTTP has headers for what the others put into the message: which version, which format, which preconditions. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import { invalidArgument, SkillsError } from '../../contract/errors';
import { decodeHttpContext } from '../common/http-context';

export { requestIdHeader } from '../common/http-context';

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) is a structured string; one without quotes will do. */
export const decodeContext = (request: IncomingMessage, response: ServerResponse): CallContext => {
  const context = decodeHttpContext(request, response);
  const header = request.headers['idempotency-key'];
  if (header === undefined) return context;
  const key = String(header);
  return { ...context, idempotencyKey: checkedIdempotencyKey(/^"(.*)"$/.exec(key)?.[1] ?? key) };
};

/** The rest of a context is HTTP's own, and common to all its clients. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): Record<string, string> =>
  key === undefined ? {} : { 'idempotency-key': `"${checkedIdempotencyKey(key)}"` };

export type Format = 'json' | 'xml';

/** An entity tag is strong, so the XML of a skill needs one of its own (RFC 9110, section 8.8.3). */
export const encodeEtag = (etag: string, format: Format): string =>
  `"${etag}${format === 'xml' ? '.xml' : ''}"`;

/** `If-Match` (RFC 9110, section 13.1.1) as the domain's etag: one strong tag, or `*`. */
export const decodeIfMatch = ({ 'if-match': header }: IncomingHttpHeaders): string | undefined => {
  if (header === undefined || header.trim() === '*') return header?.trim();
  const tag = /^(W\/)?"([\x21\x23-\x7e]+)"$/.exec(header.trim());
  if (!tag) throw invalidArgument('etag', 'must be one entity tag in double quotes, or *, in If-Match');
  // A weak tag never matches, and no etag of ours has this prefix.
  return (tag[1] ?? '') + tag[2]?.replace(/\.xml$/, '');
};

/** A tag that ends as our XML's do is sent as theirs, so that the server takes off no more than was put on. */
export const encodeIfMatch = (etag: string | undefined): Record<string, string> => {
  if (etag === undefined) return {};
  const format = etag.endsWith('.xml') ? 'xml' : 'json';
  return { 'if-match': etag === '*' ? '*' : encodeEtag(etag, format) };
};

/** Whether the caller has this version already (RFC 9110, section 13.1.2: tags are compared weakly). */
export const isUnchanged = ({ 'if-none-match': header }: IncomingHttpHeaders, etag: string): boolean =>
  (header ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

/** The format the caller prefers; JSON where it does not say. */
export const decodeFormat = (
  request: IncomingMessage & { accepts(types: string[]): string | false },
): Format => {
  const { accept } = request.headers;
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'json';
  const preferred = request.accepts(['application/json', 'application/xml']);
  if (preferred) return preferred === 'application/xml' ? 'xml' : 'json';
  throw new SkillsError(
    'INVALID_ARGUMENT',
    'NOT_ACCEPTABLE',
    'This service answers in application/json or application/xml.',
  );
};
