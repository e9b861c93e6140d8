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
import { foreignResponse } from './foreign-response';
import type { HttpResponse } from './http-client';
import { parseJson } from './parse-json';
import { present } from './present';

/** `code`, `reason` and the members after them carry the domain's error; the HTTP status serves every client. */
interface Problem<Violation> extends Omit<ErrorDetails, 'violations'> {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly errors?: readonly Violation[];
}

/** A violation of an input outside a body. */
export interface ParameterViolation {
  readonly parameter: string;
  readonly detail: string;
}

const encodeParameter = ({ field, description }: FieldViolation): ParameterViolation => ({
  parameter: field,
  detail: description,
});
const decodeParameter = ({ parameter, detail }: ParameterViolation): FieldViolation => ({
  field: parameter,
  description: detail,
});

export const encodeProblem = (
  status: number,
  error: SkillsError,
  encodeViolation: (violation: FieldViolation) => object = encodeParameter,
): HttpErrorResponse => {
  const { code, reason, message, details } = error;
  const { violations, retryDelayMs, resource, scope } = details;
  const problem: Problem<object> = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    reason,
    errors: violations?.map(encodeViolation),
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

/** Without `decodeViolation`, all violations are of parameters. */
export const decodeProblem = <Violation = ParameterViolation>(
  response: HttpResponse,
  decodeViolation: (violation: Violation) => FieldViolation = decodeParameter as never,
): SkillsError => {
  const problem: Partial<Problem<Violation>> = parseJson(response.body);
  if (!isErrorCode(problem.code)) return foreignResponse(response);
  const { code, reason = code, detail = '', errors, retryDelayMs, resource, scope } = problem;
  const violations = errors?.map(decodeViolation);
  return new SkillsError(code, reason, detail, present({ violations, retryDelayMs, resource, scope }));
};
