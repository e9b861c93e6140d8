/** An error is a problem document (RFC 9457) with the HTTP status that other services give such an error. */
import type { ErrorCode, FieldViolation, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import type { HttpErrorResponse } from '../../runtime/http-response';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import type { HttpResponse } from '../common/http-client';
import { decodePointer, encodePointer } from '../common/json-pointer';
import { decodeProblem, encodeProblem, type WireViolation } from '../common/problem-details';
import { NAMES } from './schema';

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

export const encodeError = (error: SkillsError, operation?: Operation): HttpErrorResponse =>
  encodeProblem(httpStatus(error), error, encodeViolation(operation && BODY[operation]));

export const decodeError = (response: HttpResponse, operation: Operation): SkillsError =>
  decodeProblem(response, decodeViolation(BODY[operation]));

/** Inputs with a name of their own are outside the body. So is `skillId`, although the body is the whole input. */
const isInBody = (field: string, body: string | undefined): body is string =>
  body !== undefined &&
  field !== 'skillId' &&
  NAMES.otherField(field) === field &&
  `.${field}.`.startsWith(body && `.${body}.`);

const encodeViolation =
  (body: string | undefined) =>
  (violation: FieldViolation): WireViolation => {
    const { field, description } = violation;
    if (isInBody(field, body)) {
      const pointer = `#${encodePointer(body === '' ? field : field.slice(body.length + 1))}`;
      return { pointer, detail: description };
    }
    const { field: parameter, description: detail } = NAMES.encodeViolation(violation);
    return { parameter, detail };
  };

const decodeViolation =
  (body: string | undefined) =>
  (violation: WireViolation): FieldViolation => {
    const { detail: description } = violation;
    if ('parameter' in violation) return NAMES.decodeViolation({ field: violation.parameter, description });
    const path = decodePointer(violation.pointer);
    return { field: [body, path].filter(Boolean).join('.'), description };
  };
