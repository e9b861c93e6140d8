/** RFC 9457 problem details: every error of REST, and the errors of HTTP below SOAP. */
import { STATUS_CODES } from 'node:http';
import {
  type ErrorCode,
  type ErrorDetails,
  type FieldViolation,
  isErrorCode,
  SkillsError,
} from '../../contract/errors';
import type { HttpErrorResponse } from '../../runtime/http-response';
import { bearerChallenge } from './bearer-challenge';
import { translateMessage } from './contract-names';
import { foreignResponse } from './foreign-response';
import type { HttpResponse } from './http-client';
import { decodePointer } from './json-pointer';
import { parseJson } from './parse-json';
import { present } from './present';

/** `code`, `reason` and the members after them carry the domain's error; the HTTP status serves every client. */
interface Problem extends Omit<ErrorDetails, 'violations'> {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly errors?: readonly WireViolation[];
}

/** `pointer` (RFC 6901) is a place in the body, `parameter` names an input outside it. */
export type WireViolation =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string };

const encodeParameter = ({ field, description }: FieldViolation): WireViolation => ({
  parameter: field,
  detail: description,
});

/** The violation as the problem's `detail` says it. */
const asSaid = (violation: WireViolation): FieldViolation => ({
  field: 'pointer' in violation ? decodePointer(violation.pointer) || 'body' : violation.parameter,
  description: violation.detail,
});

export const encodeProblem = (
  status: number,
  error: SkillsError,
  encodeViolation: (violation: FieldViolation) => WireViolation = encodeParameter,
): HttpErrorResponse => {
  const { code, reason, message, details } = error;
  const { violations = [], retryDelayMs, resource, scope } = details;
  const errors = violations.map(encodeViolation);
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: translateMessage(message, violations, errors.map(asSaid)),
    code,
    reason,
    errors: details.violations && errors,
    retryDelayMs,
    resource,
    scope,
  };
  const headers: Record<string, string> = present({
    'WWW-Authenticate': bearerChallenge(error),
    'Retry-After': retryDelayMs === undefined ? undefined : String(Math.ceil(retryDelayMs / 1000)),
    'Content-Type': 'application/problem+json',
  });
  return { status, headers, body: JSON.stringify(problem) };
};

export const decodeProblem = (
  response: HttpResponse,
  decodeViolation: (violation: WireViolation) => FieldViolation = asSaid,
): SkillsError => {
  const problem: Partial<Problem> = parseJson(response.body);
  if (!isErrorCode(problem.code)) return foreignResponse(response);
  const { code, reason = code, detail = '', errors, retryDelayMs, resource, scope } = problem;
  const violations = errors?.map(decodeViolation);
  const message = errors && violations ? translateMessage(detail, errors.map(asSaid), violations) : detail;
  return new SkillsError(code, reason, message, present({ violations, retryDelayMs, resource, scope }));
};
