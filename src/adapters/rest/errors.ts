/** RFC 9457 problem details: the HTTP status is for every client, `code` and `reason` are for ours. */
import { STATUS_CODES } from 'node:http';
import { type ErrorCode, type FieldViolation, isErrorCode, SkillsError } from '../../contract/errors';
import type { Operation } from '../../contract/skills-api';
import type { HttpAnswer } from '../common/http-client';

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
const STATUS_OF_REASON: Record<string, number> = {
  ETAG_REQUIRED: 428,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** The part of an operation's input that REST sends as the body; the rest is path, query and headers. */
const BODY: Partial<Record<Operation, string>> = { createSkill: 'skill', updateSkill: 'patch' };

/** What REST calls the inputs that it takes in a header or under a shorter name. */
const PARAMETERS: Record<string, string> = { text: 'q', etag: 'If-Match' };
const FIELDS = Object.fromEntries(Object.entries(PARAMETERS).map(([field, parameter]) => [parameter, field]));

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
  };
  const headers: Record<string, string> = {
    ...(code === 'UNAUTHENTICATED' && { 'WWW-Authenticate': 'Bearer' }),
    ...(details.retryDelayMs !== undefined && {
      'Retry-After': String(Math.ceil(details.retryDelayMs / 1000)),
    }),
  };
  return { status, headers, body: JSON.stringify(problem) };
};

export const decodeError = ({ status, text }: HttpAnswer, operation: Operation): SkillsError => {
  const problem = parseProblem(text);
  if (!isErrorCode(problem.code)) {
    const unavailable = status === 502 || status === 503 || status === 504;
    return new SkillsError(
      unavailable ? 'UNAVAILABLE' : 'INTERNAL',
      'NOT_OUR_ANSWER',
      `HTTP status ${status}`,
    );
  }
  const { code, reason = code, detail = '', errors, retryDelayMs, resource } = problem;
  return new SkillsError(code, reason, detail, {
    ...(errors && { violations: errors.map(decodeViolation(operation)) }),
    ...(retryDelayMs !== undefined && { retryDelayMs }),
    ...(resource && { resource }),
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
    if (body === undefined || !(field === body || field.startsWith(`${body}.`))) {
      return { parameter: PARAMETERS[field] ?? field, detail };
    }
    const steps = field.slice(body.length).replaceAll('~', '~0').replaceAll('/', '~1');
    return { pointer: `#${steps.replaceAll('.', '/').replace(/\[(\d+)\]/g, '/$1')}`, detail };
  };

const decodeViolation =
  (operation: Operation) =>
  (violation: WireViolation): FieldViolation => {
    if ('parameter' in violation) {
      const { parameter, detail: description } = violation;
      return { field: FIELDS[parameter] ?? parameter, description };
    }
    const steps = violation.pointer
      .slice(1)
      .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.');
    const field = BODY[operation] + steps.replaceAll('~1', '/').replaceAll('~0', '~');
    return { field, description: violation.detail };
  };
