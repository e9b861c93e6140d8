/** A fault and HTTP 500, whatever went wrong (WS-I Basic Profile 1.1, R1126): the detail says what. */
import { type ErrorCode, isErrorCode, SkillsError } from '../../contract/errors';
import type { HttpResponse } from '../common/http-client';
import { ENVELOPE_NAMESPACE, NAMESPACE } from './schema';
import { decodeEnvelope, element, items, list } from './wire';

/** Whose fault it is: SOAP 1.1 knows no more (section 4.4.1). */
const FAULTCODE = {
  INVALID_ARGUMENT: 'Client',
  UNAUTHENTICATED: 'Client',
  PERMISSION_DENIED: 'Client',
  NOT_FOUND: 'Client',
  ALREADY_EXISTS: 'Client',
  ABORTED: 'Client',
  FAILED_PRECONDITION: 'Client',
  RESOURCE_EXHAUSTED: 'Server',
  DEADLINE_EXCEEDED: 'Server',
  UNIMPLEMENTED: 'Client',
  UNAVAILABLE: 'Server',
  INTERNAL: 'Server',
} as const satisfies Record<ErrorCode, string>;

/** Where SOAP has a faultcode of its own for what the domain knows by reason only. */
const FAULTCODE_OF_REASON: Record<string, string> = {
  HEADER_NOT_UNDERSTOOD: 'MustUnderstand',
  VERSION_MISMATCH: 'VersionMismatch',
  BODY_TOO_LARGE: 'Client',
  HEADERS_TOO_LARGE: 'Client',
};

const encodeFault = ({ code, reason, message, details }: SkillsError): string => {
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
  return (
    `<soap:Fault><faultcode>soap:${FAULTCODE_OF_REASON[reason] ?? FAULTCODE[code]}</faultcode>` +
    `${element('faultstring', message)}<detail>` +
    `<SkillsFault xmlns="${NAMESPACE}">${detail}</SkillsFault></detail></soap:Fault>`
  );
};

export const encodeError = (error: SkillsError): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}">` +
  `<soap:Body>${encodeFault(error)}</soap:Body></soap:Envelope>`;

export const decodeError = ({ status, text }: HttpResponse): SkillsError => {
  const { fault } = decodeEnvelope(text);
  const { code, reason, violations, retryAfter, resource, scope } = Object(fault?.detail?.SkillsFault);
  if (!isErrorCode(code)) {
    const unavailable = status === 502 || status === 503 || status === 504;
    return new SkillsError(
      unavailable ? 'UNAVAILABLE' : 'INTERNAL',
      'NOT_OUR_ANSWER',
      `HTTP status ${status}`,
    );
  }
  return new SkillsError(code, reason, fault.faultstring, {
    ...(violations !== undefined && {
      violations: items(violations)?.map(({ field, description }) => ({ field, description })),
    }),
    ...(retryAfter !== undefined && { retryDelayMs: Math.round(Number(retryAfter) * 1000) }),
    ...(resource && { resource: { type: resource.type, id: resource.id } }),
    ...(scope !== undefined && { scope }),
  });
};
