/** The status is for tools that know only gRPC; `grpc-status-details-bin` carries the rest (AIP-193). */
import type { OutgoingHttpHeaders } from 'node:http2';
import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { type ErrorCode, SkillsError } from '../../contract/errors';
import { camelCase, type Message, message, snakeCase } from './schema';

const STATUS = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  ABORTED: status.ABORTED,
  FAILED_PRECONDITION: status.FAILED_PRECONDITION,
  RESOURCE_EXHAUSTED: status.RESOURCE_EXHAUSTED,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  UNIMPLEMENTED: status.UNIMPLEMENTED,
  UNAVAILABLE: status.UNAVAILABLE,
  INTERNAL: status.INTERNAL,
} as const satisfies Record<ErrorCode, status>;

/** Why grpc-js itself, which sends no details, uses these codes. */
const REASON_OF_LIBRARY: Partial<Record<ErrorCode, string>> = {
  RESOURCE_EXHAUSTED: 'BODY_TOO_LARGE',
  UNIMPLEMENTED: 'METHOD_NOT_FOUND',
  UNAVAILABLE: 'CONNECTION_FAILED',
};

/** Those with which grpc-js answers where no handler did. */
const LIBRARY_CODES = ['RESOURCE_EXHAUSTED', 'UNIMPLEMENTED', 'INTERNAL'] as const;

const DETAILS = 'grpc-status-details-bin';

/** HTTP/2 libraries send no larger header block than 64 KiB; the call would not end, nor any after it. */
const TRAILER_CHARS_MAX = 48 * 1024;
const CUT_MESSAGE_CHARS = 1000;
const TYPE_URL = 'type.googleapis.com/';

/** What is too large to send goes without its violations and the end of its message. */
export const encodeError = (error: SkillsError): StatusObject => {
  const whole = encodeStatus(error);
  const detailsBytes = whole.metadata.get(DETAILS)[0]?.length ?? 0;
  // The message is sent percent-encoded, the details in base64.
  const chars = Buffer.byteLength(error.message) * 3 + (detailsBytes * 4) / 3;
  if (chars <= TRAILER_CHARS_MAX) return whole;
  const { violations: _, ...details } = error.details;
  const text = `${[...error.message].slice(0, CUT_MESSAGE_CHARS).join('')}...`;
  return encodeStatus(new SkillsError(error.code, error.reason, text, details));
};

const encodeStatus = ({ code, reason, message: text, details }: SkillsError) => {
  const metadata = details.scope === undefined ? {} : { metadata: { scope: details.scope } };
  const messages: [string, Message][] = [
    ['google.rpc.ErrorInfo', { reason, domain: 'api-rosetta', ...metadata }],
  ];
  if (details.violations) {
    const fieldViolations = details.violations.map(({ field, description }) => ({
      field: encodeField(field),
      description,
    }));
    messages.push(['google.rpc.BadRequest', { fieldViolations }]);
  }
  if (details.retryDelayMs !== undefined) {
    const nanos = (details.retryDelayMs % 1000) * 1_000_000;
    const retryDelay = { seconds: Math.floor(details.retryDelayMs / 1000), nanos };
    messages.push(['google.rpc.RetryInfo', { retryDelay }]);
  }
  if (details.resource) {
    const { type: resourceType, id: resourceName } = details.resource;
    messages.push(['google.rpc.ResourceInfo', { resourceType, resourceName }]);
  }
  const anys = messages.map(([name, value]) => ({
    type_url: TYPE_URL + name,
    value: message(name).serialize(value),
  }));
  const trailers = new Metadata();
  const rich = { code: STATUS[code], message: text, details: anys };
  trailers.set(DETAILS, message('google.rpc.Status').serialize(rich));
  return { code: STATUS[code], details: text, metadata: trailers };
};

/** AIP-155 has a name of its own for the idempotency key. */
const encodeField = (field: string): string => (field === 'idempotencyKey' ? 'request_id' : snakeCase(field));
const decodeField = (field: string): string => (field === 'request_id' ? 'idempotencyKey' : camelCase(field));

/** Of an answer that is the library's own: an error of the kinds it has, and without our details. */
export const codeOfLibrary = ({
  'grpc-status': number,
  [DETAILS]: details,
}: OutgoingHttpHeaders): ErrorCode | undefined =>
  details === undefined ? LIBRARY_CODES.find((code) => STATUS[code] === number) : undefined;

export const decodeError = ({ code: number, details: text, metadata }: ServiceError): SkillsError => {
  const bytes = metadata?.get(DETAILS)[0];
  // A call that we cancel ends with our signal's reason; another that is cancelled, or ends without a status, lost its server.
  const isLost = number === status.CANCELLED || (!bytes && text.startsWith('Received RST_STREAM'));
  const known = isLost ? status.UNAVAILABLE : number;
  const code = (Object.keys(STATUS) as ErrorCode[]).find((name) => STATUS[name] === known) ?? 'INTERNAL';
  if (bytes === undefined) return new SkillsError(code, REASON_OF_LIBRARY[code] ?? code, text);
  const found: Record<string, Message> = {};
  for (const { type_url = '', value } of message('google.rpc.Status').deserialize(bytes as Buffer).details ??
    []) {
    const name = type_url.slice(TYPE_URL.length);
    found[name] = message(name)?.deserialize(value);
  }
  const retryDelay = found['google.rpc.RetryInfo']?.retryDelay;
  const resource = found['google.rpc.ResourceInfo'];
  const { reason = code, metadata: more } = found['google.rpc.ErrorInfo'] ?? {};
  return new SkillsError(code, reason, text, {
    ...(found['google.rpc.BadRequest'] && {
      violations: (found['google.rpc.BadRequest'].fieldViolations ?? []).map(
        ({ field = '', description = '' }: Message) => ({ field: decodeField(field), description }),
      ),
    }),
    ...(retryDelay && {
      retryDelayMs: (retryDelay.seconds ?? 0) * 1000 + (retryDelay.nanos ?? 0) / 1_000_000,
    }),
    ...(more?.scope !== undefined && { scope: more.scope }),
    ...(resource && { resource: { type: resource.resourceType, id: resource.resourceName } }),
  });
};
