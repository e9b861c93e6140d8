/** An error is a fault with HTTP 500 (WS-I Basic Profile 1.1, R1126), or problem details if the request is wrong as HTTP. */
import { type ErrorCode, isErrorCode, SkillsError } from '../../contract/errors';
import type { HttpErrorResponse } from '../../runtime/http-response';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import { translateError } from '../common/contract-names';
import { foreignResponse } from '../common/foreign-response';
import type { HttpResponse } from '../common/http-client';
import { present } from '../common/present';
import { encodeProblem } from '../common/problem-details';
import { element, itemsOf, list } from '../common/xml';
import { encodeFaultEnvelope, type Fault } from './envelope';
import { NAMES, NAMESPACE } from './schema';

/** A faultcode names the side that caused the error, and no more (SOAP 1.1, section 4.4.1). */
const FAULTCODE = {
  INVALID_ARGUMENT: 'Client',
  UNAUTHENTICATED: 'Client',
  PERMISSION_DENIED: 'Client',
  NOT_FOUND: 'Client',
  ALREADY_EXISTS: 'Client',
  ABORTED: 'Client', // a stale etag
  FAILED_PRECONDITION: 'Client', // a missing etag, a cycle, a required skill, a reused key
  RESOURCE_EXHAUSTED: 'Server',
  DEADLINE_EXCEEDED: 'Server',
  UNIMPLEMENTED: 'Client',
  UNAVAILABLE: 'Server',
  INTERNAL: 'Server',
} as const satisfies Record<ErrorCode, string>;

/** Reasons for which SOAP has a faultcode of its own. */
const FAULTCODE_OF_REASON: Record<string, string> = {
  HEADER_NOT_UNDERSTOOD: 'MustUnderstand',
  VERSION_MISMATCH: 'VersionMismatch',
};

/** Reasons for which HTTP has a status of its own. Many SOAP clients read no envelope that comes with 4xx. */
const HTTP_STATUS: Readonly<Record<string, number>> = { ...HTTP_STATUS_OF_REASON, MALFORMED_XML: 400 };

export const XML_TYPE = { 'Content-Type': 'text/xml; charset=utf-8' };

export const encodeError = (error: SkillsError): HttpErrorResponse => {
  const status = HTTP_STATUS[error.reason];
  return status === undefined
    ? { status: 500, headers: { ...XML_TYPE }, body: encodeFault(error) }
    : encodeProblem(status, error);
};

/** An error of a request that cannot be read as HTTP. */
export const encodeTransportError = (error: SkillsError): HttpErrorResponse =>
  error.reason === 'MALFORMED_REQUEST' ? encodeProblem(400, error) : encodeError(error);

const encodeFault = (error: SkillsError): string => {
  const { code, reason, message, details } = translateError(error, NAMES.encodeViolation);
  const { violations, retryDelayMs, resource, scope } = details;
  const detail =
    element('code', code) +
    element('reason', reason) +
    list(
      'violations',
      violations,
      ({ field, description }) => element('field', field) + element('description', description),
    ) +
    element('retryAfter', retryDelayMs === undefined ? undefined : retryDelayMs / 1000) +
    (resource ? `<resource>${element('type', resource.type)}${element('id', resource.id)}</resource>` : '') +
    element('scope', scope);
  return encodeFaultEnvelope(
    `<soap:Fault><faultcode>soap:${FAULTCODE_OF_REASON[reason] ?? FAULTCODE[code]}</faultcode>` +
      `${element('faultstring', message)}<detail>` +
      `<SkillsFault xmlns="${NAMESPACE}">${detail}</SkillsFault></detail></soap:Fault>`,
  );
};

export const isProblem = ({ headers }: HttpResponse): boolean =>
  headers['content-type'] === 'application/problem+json';

/** A fault of another server has no SkillsFault, so only its text can be reported. */
export const decodeError = (response: HttpResponse, { text, detail }: Fault): SkillsError => {
  const { code, reason, violations, retryAfter, resource, scope } = Object(detail);
  if (!isErrorCode(code)) return foreignResponse(response, text);
  const details = {
    violations: itemsOf(violations)?.map(({ field, description }) => ({ field, description })),
    retryDelayMs: retryAfter === undefined ? undefined : Math.round(Number(retryAfter) * 1000),
    resource: resource && { type: resource.type, id: resource.id },
    scope,
  };
  const sent = new SkillsError(code, reason ?? code, text, present(details));
  return translateError(sent, NAMES.decodeViolation);
};
