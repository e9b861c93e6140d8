/** RFC 9457 problem details: the HTTP status is for every client, `code` and `reason` are for ours. */
import { STATUS_CODES } from 'node:http';
import { type ErrorCode, type FieldViolation, isErrorCode, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import { HTTP_STATUS_OF_REASON } from '../../runtime/http-server';
import type { HttpResponse } from '../common/http-client';

const STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 412,
  FAILED_PRECONDITION: 400,
  RESOURCE_EXHAUSTED: 429,
  DEADLINE_EXCEEDED: 504,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

/** Where HTTP has a status of its own for what the domain knows by reason only. */
const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  ...HTTP_STATUS_OF_REASON,
  NOT_ACCEPTABLE: 406,
  IDEMPOTENCY_KEY_REUSED: 422,
  ETAG_REQUIRED: 428,
};

/** What is wrong with the token that was sent (RFC 6750, section 3.1); nothing, where there was none. */
const CHALLENGES: Readonly<Record<string, string>> = {
  TOKEN_MALFORMED: 'invalid_request',
  TOKEN_INVALID: 'invalid_token',
  TOKEN_EXPIRED: 'invalid_token',
  SCOPE_REQUIRED: 'insufficient_scope',
};

/** The part of an operation's input that REST sends as the body; the rest is path, query and headers. */
const BODY: Partial<Record<Operation, string>> = {
  createSkill: '.skill',
  updateSkill: '.patch',
  // All that is no parameter.
  setProgress: '',
};

/** What REST calls the inputs that it takes in a header, under a shorter name or beside a body that holds the others. */
const PARAMETERS = new Map([
  ['text', 'q'],
  ['etag', 'If-Match'],
  ['skillId', 'skillId'],
  ['idempotencyKey', 'Idempotency-Key'],
]);
const FIELDS = new Map(Array.from(PARAMETERS, ([field, parameter]) => [parameter, field]));

interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  reason: string;
  errors?: WireViolation[];
  retryDelayMs?: number;
  resource?: { type: 'category' | 'skill'; id: string };
  scope?: string;
}

/** `pointer` (RFC 6901) for a place in the body, `parameter` for one outside it. */
type WireViolation = { pointer: string; detail: string } | { parameter: string; detail: string };

export const encodeError = (error: SkillsError, operation?: Operation) => {
  const { code, reason, message, details } = error;
  const status = STATUS_OF_REASON[reason] ?? STATUS[code];
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    reason,
    ...(details.violations && { errors: details.violations.map(encodeViolation(operation)) }),
    ...(details.retryDelayMs !== undefined && { retryDelayMs: details.retryDelayMs }),
    ...(details.resource && { resource: details.resource }),
    ...(details.scope !== undefined && { scope: details.scope }),
  };
  const headers: Record<string, string> = {
    ...((code === 'UNAUTHENTICATED' || reason in CHALLENGES) && { 'WWW-Authenticate': challenge(error) }),
    ...(details.retryDelayMs !== undefined && {
      'Retry-After': String(Math.ceil(details.retryDelayMs / 1000)),
    }),
  };
  return { status, headers, body: JSON.stringify(problem) };
};

const challenge = ({ reason, message, details: { scope = '' } }: SkillsError): string => {
  const error = CHALLENGES[reason];
  if (error === undefined) return 'Bearer';
  const more: Readonly<Record<string, string>> = {
    invalid_token: `, error_description="${quotable(message)}"`,
    insufficient_scope: `, scope="${quotable(scope)}"`,
  };
  return `Bearer error="${error}"${more[error] ?? ''}`;
};

/** What the RFC allows between quotes; the rest could end them, or the header. */
const quotable = (text: string): string => text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");

export const decodeError = ({ status, text }: HttpResponse, operation: Operation): SkillsError => {
  const problem = parseProblem(text);
  if (!isErrorCode(problem.code)) {
    const unavailable = status === 502 || status === 503 || status === 504;
    return new SkillsError(
      unavailable ? 'UNAVAILABLE' : 'INTERNAL',
      'NOT_OUR_ANSWER',
      `HTTP status ${status}`,
    );
  }
  const { code, reason = code, detail = '', errors, retryDelayMs, resource, scope } = problem;
  return new SkillsError(code, reason, detail, {
    ...(errors && { violations: errors.map(decodeViolation(operation)) }),
    ...(retryDelayMs !== undefined && { retryDelayMs }),
    ...(resource && { resource }),
    ...(scope !== undefined && { scope }),
  });
};

const parseProblem = (text: string): Partial<Problem> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};

const encodeViolation =
  (operation?: Operation) =>
  ({ field, description: detail }: FieldViolation): WireViolation => {
    const body = operation && BODY[operation];
    const parameter = PARAMETERS.get(field);
    if (body === undefined || parameter !== undefined || !`.${field}.`.startsWith(`${body}.`)) {
      return { parameter: parameter ?? field, detail };
    }
    const steps = `.${field}`.slice(body.length).replaceAll('~', '~0').replaceAll('/', '~1');
    return { pointer: `#${steps.replaceAll('.', '/').replace(/\[(\d+)\]/g, '/$1')}`, detail };
  };

const decodeViolation =
  (operation: Operation) =>
  (violation: WireViolation): FieldViolation => {
    if ('parameter' in violation) {
      const { parameter, detail: description } = violation;
      return { field: FIELDS.get(parameter) ?? parameter, description };
    }
    const steps = violation.pointer
      .slice(1)
      .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.');
    const path = (BODY[operation] ?? '') + steps.replaceAll('~1', '/').replaceAll('~0', '~');
    return { field: path.replace(/^\./, ''), description: violation.detail };
  };
