/** The status serves clients that know only gRPC; `grpc-status-details-bin` carries the domain's error (AIP-193). */
import type { OutgoingHttpHeaders } from 'node:http2';
import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { deadlineExceeded, type ErrorCode, SkillsError } from '../../contract/errors';
import { translateError } from '../common/contract-names';
import { present } from '../common/present';
import { decodeDuration, encodeDuration } from '../common/seconds-nanos';
import { decodeViolation, encodeViolation } from './field-masks';
import { cutTexts, fitsTrailers, STATUS_TRAILER } from './fit-trailers';
import { type Message, messageType } from './schema';
import { deserialize } from './strict-protobuf';

const STATUS = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  ABORTED: status.ABORTED, // a stale etag
  FAILED_PRECONDITION: status.FAILED_PRECONDITION, // a missing etag, a cycle, a required skill, a reused key
  RESOURCE_EXHAUSTED: status.RESOURCE_EXHAUSTED,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  UNIMPLEMENTED: status.UNIMPLEMENTED,
  UNAVAILABLE: status.UNAVAILABLE,
  INTERNAL: status.INTERNAL,
} as const satisfies Record<ErrorCode, status>;

/** For the client: the reasons of errors that grpc-js itself reports, on either side, without our trailer. */
const REASON_OF_LIBRARY: Partial<Record<ErrorCode, string>> = {
  RESOURCE_EXHAUSTED: 'BODY_TOO_LARGE',
  UNIMPLEMENTED: 'METHOD_NOT_FOUND',
  UNAVAILABLE: 'CONNECTION_FAILED',
};

/** For the server's telemetry: the codes of responses that grpc-js makes without a call of a handler. */
const LIBRARY_CODES = ['RESOURCE_EXHAUSTED', 'UNIMPLEMENTED', 'INTERNAL'] as const;

const TYPE_URL = 'type.googleapis.com/google.rpc.';

/** The texts of an error that is too large for the trailers are cut. */
export const encodeError = (thrown: SkillsError, request: Message = {}): StatusObject => {
  const error = translateError(thrown, encodeViolation(request));
  const whole = encodeStatus(error);
  return fitsTrailers(whole) ? whole : encodeStatus(cutTexts(error));
};

const encodeStatus = ({ code, reason, message: text, details }: SkillsError) => {
  const { violations, retryDelayMs, resource, scope } = details;
  const detailMessages: Record<string, Message> = present({
    ErrorInfo: { reason, domain: 'api-rosetta', ...(scope !== undefined && { metadata: { scope } }) },
    BadRequest: violations && { fieldViolations: violations },
    RetryInfo: retryDelayMs === undefined ? undefined : { retryDelay: encodeDuration(retryDelayMs) },
    ResourceInfo: resource && { resourceType: resource.type, resourceName: resource.id },
  });
  const anys = Object.entries(detailMessages).map(([name, value]) => ({
    type_url: TYPE_URL + name,
    value: messageType(`google.rpc.${name}`).serialize(value),
  }));
  const trailers = new Metadata();
  const statusProto = { code: STATUS[code], message: text, details: anys };
  trailers.set(STATUS_TRAILER, messageType('google.rpc.Status').serialize(statusProto));
  return { code: STATUS[code], details: text, metadata: trailers };
};

/** The error code of a response that grpc-js made itself, without our trailer; undefined for any other response. */
export const libraryCode = ({
  'grpc-status': statusNumber,
  [STATUS_TRAILER]: trailer,
}: OutgoingHttpHeaders): ErrorCode | undefined =>
  trailer === undefined ? LIBRARY_CODES.find((code) => STATUS[code] === statusNumber) : undefined;

/** The details by the names of their types; none for a trailer of another server that cannot be read. */
const decodeDetails = (trailer: Buffer | undefined): Record<string, Message> => {
  const details: Record<string, Message> = {};
  try {
    const { details: anys = [] } = trailer ? deserialize('google.rpc.Status', trailer) : {};
    for (const { type_url = '', value = new Uint8Array() } of anys)
      details[type_url.slice(TYPE_URL.length)] = deserialize(type_url.replace(/^.*\//, ''), value);
  } catch {
    // The details of another server may be of types that are unknown here.
  }
  return details;
};

export const decodeError = ({ code: statusNumber, details: text, metadata }: ServiceError): SkillsError => {
  const trailer = metadata?.get(STATUS_TRAILER)[0];
  // client.ts reports the reason of its own signal. Any other CANCELLED, or a reset stream, means that the server is gone.
  const isLost = statusNumber === status.CANCELLED || (!trailer && text.startsWith('Received RST_STREAM'));
  const reported = isLost ? status.UNAVAILABLE : statusNumber;
  const code = (Object.keys(STATUS) as ErrorCode[]).find((name) => STATUS[name] === reported) ?? 'INTERNAL';
  const { ErrorInfo, BadRequest, RetryInfo, ResourceInfo } = decodeDetails(trailer as Buffer | undefined);
  if (!ErrorInfo && code === 'DEADLINE_EXCEEDED') return deadlineExceeded();
  if (!ErrorInfo) return new SkillsError(code, REASON_OF_LIBRARY[code] ?? code, text);
  const { reason = code, metadata: info } = ErrorInfo;
  const details = {
    violations:
      BadRequest &&
      (BadRequest.fieldViolations ?? []).map(({ field = '', description = '' }: Message) => ({
        field,
        description,
      })),
    retryDelayMs: RetryInfo?.retryDelay && decodeDuration(RetryInfo.retryDelay),
    scope: info?.scope,
    resource: ResourceInfo && { type: ResourceInfo.resourceType, id: ResourceInfo.resourceName },
  };
  return translateError(new SkillsError(code, reason, text, present(details)), decodeViolation);
};
