/** An error is a problem document (RFC 9457) with the HTTP status that other services give such an error. */
import type { ErrorCode, FieldViolation, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import type { HttpErrorResponse } from '../../runtime/http-response';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import type { HttpResponse } from '../common/http-client';
import { decodePointer, encodePointer } from '../common/json-pointer';
import { decodeProblem, encodeProblem } from '../common/problem-details';

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

/** `pointer` (RFC 6901) is a place in the body, `parameter` names an input outside it. */
type WireViolation = { pointer: string; detail: string } | { parameter: string; detail: string };

export const encodeError = (error: SkillsError, operation?: Operation): HttpErrorResponse =>
  encodeProblem(httpStatus(error), error, encodeViolation(operation && BODY[operation]));

export const decodeError = (response: HttpResponse, operation: Operation): SkillsError =>
  decodeProblem(response, decodeViolation(BODY[operation]));

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
