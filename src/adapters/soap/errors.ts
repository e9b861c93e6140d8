/** An error is a fault with HTTP 500 (WS-I Basic Profile 1.1, R1126); the fault's detail carries the domain's error. */
import { type ErrorCode, isErrorCode, SkillsError } from '../../contract/errors';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import { foreignResponse } from '../common/foreign-response';
import type { HttpResponse } from '../common/http-client';
import { present } from '../common/present';
import { element, itemsOf, list } from '../common/xml';
import { encodeFaultEnvelope, type Fault } from './envelope';
import { NAMESPACE } from './schema';

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
  BODY_TOO_LARGE: 'Client',
  HEADERS_TOO_LARGE: 'Client',
};

/** A request that is broken as HTTP gets the status that HTTP has for it, or `otherwise` for a fault of the client. */
export const httpStatus = ({ code, reason }: SkillsError, otherwise: 400 | 500): number =>
  HTTP_STATUS_OF_REASON[reason] ?? (FAULTCODE[code] === 'Server' ? 500 : otherwise);

export const encodeError = (error: SkillsError): string => {
  const { code, reason, message, details } = error;
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
  return new SkillsError(code, reason ?? code, text, present(details));
};
