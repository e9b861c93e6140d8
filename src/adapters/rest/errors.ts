/** RFC 9457 problem details: the HTTP status serves every client, `code` and `reason` carry the domain's error. */
import { STATUS_CODES } from 'node:http';
import {
  type ErrorCode,
  type ErrorDetails,
  type FieldViolation,
  isErrorCode,
  SkillsError,
} from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import type { HttpErrorResponse } from '../../runtime/http-response';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import { bearerChallenge } from '../common/bearer-challenge';
import { foreignResponse } from '../common/foreign-response';
import type { HttpResponse } from '../common/http-client';
import { decodePointer, encodePointer } from '../common/json-pointer';
import { parseJson } from '../common/parse-json';
import { present } from '../common/present';

const STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 412, // a stale etag
  FAILED_PRECONDITION: 400, // a missing etag, a cycle, a required skill, a reused key
  RESOURCE_EXHAUSTED: 429,
  DEADLINE_EXCEEDED: 504,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

/** Reasons for which HTTP has a status of its own. */
const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  ...HTTP_STATUS_OF_REASON,
  NOT_ACCEPTABLE: 406,
  IDEMPOTENCY_KEY_REUSED: 422,
  ETAG_REQUIRED: 428,
};

const httpStatus = ({ code, reason }: SkillsError): number => STATUS_OF_REASON[reason] ?? STATUS[code];

/** The part of an operation's input that is the body; the rest is in the path, the query and the headers. */
const BODY: Partial<Record<Operation, string>> = {
  createSkill: 'skill',
  updateSkill: 'patch',
  // The whole input, without its parameters.
  setProgress: '',
};

/** Inputs outside the body, where they have another name. A Map, because a field may be named `constructor`. */
const PARAMETERS = new Map([
  ['text', 'q'],
  ['etag', 'If-Match'],
  ['skillId', 'skillId'], // in the path, although the body is the whole input
  ['idempotencyKey', 'Idempotency-Key'],
]);
const FIELDS = new Map(Array.from(PARAMETERS, ([field, parameter]) => [parameter, field]));

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
type WireViolation = { pointer: string; detail: string } | { parameter: string; detail: string };

export const encodeError = (error: SkillsError, operation?: Operation): HttpErrorResponse => {
  const { code, reason, message, details } = error;
  const { violations, retryDelayMs, resource, scope } = details;
  const status = httpStatus(error);
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    reason,
    errors: violations?.map(encodeViolation(operation && BODY[operation])),
    retryDelayMs,
    resource,
    scope,
  };
  const headers: Record<string, string> = present({
    'WWW-Authenticate': bearerChallenge(error),
    'Retry-After': retryDelayMs === undefined ? undefined : String(Math.ceil(retryDelayMs / 1000)),
  });
  return { status, headers, body: JSON.stringify(problem) };
};

export const decodeError = (response: HttpResponse, operation: Operation): SkillsError => {
  const problem: Partial<Problem> = parseJson(response.body);
  if (!isErrorCode(problem.code)) return foreignResponse(response);
  const { code, reason = code, detail = '', errors, retryDelayMs, resource, scope } = problem;
  const violations = errors?.map(decodeViolation(BODY[operation]));
  return new SkillsError(code, reason, detail, present({ violations, retryDelayMs, resource, scope }));
};

const isInBody = (field: string, body: string | undefined): body is string =>
  body !== undefined && !PARAMETERS.has(field) && `.${field}.`.startsWith(body && `.${body}.`);

const encodeViolation =
  (body: string | undefined) =>
  ({ field, description: detail }: FieldViolation): WireViolation => {
    if (!isInBody(field, body)) return { parameter: PARAMETERS.get(field) ?? field, detail };
    return { pointer: `#${encodePointer(body === '' ? field : field.slice(body.length + 1))}`, detail };
  };

const decodeViolation =
  (body: string | undefined) =>
  (violation: WireViolation): FieldViolation => {
    const { detail: description } = violation;
    if ('parameter' in violation)
      return { field: FIELDS.get(violation.parameter) ?? violation.parameter, description };
    const path = decodePointer(violation.pointer);
    return { field: [body, path].filter(Boolean).join('.'), description };
  };
