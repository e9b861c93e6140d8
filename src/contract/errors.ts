/** One error class with a fixed set of codes. Each adapter's errors.ts maps them to the form of its protocol. */
import { LIMITS } from './limits';

/** The canonical gRPC names that this service uses. */
export const ERROR_CODES = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'ABORTED',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface FieldViolation {
  /** A path into the operation's input: `pageSize`, `skill.requires[0]`. Empty for the input as a whole. */
  readonly field: string;
  readonly description: string;
}

export interface ErrorDetails {
  readonly violations?: readonly FieldViolation[];
  /** The time after which a retry may succeed. */
  readonly retryDelayMs?: number;
  readonly resource?: { readonly type: 'category' | 'skill'; readonly id: string };
  /** The OAuth scope that would be enough (RFC 6750, section 3). */
  readonly scope?: string;
}

export class SkillsError extends Error {
  override readonly name = 'SkillsError';

  constructor(
    readonly code: ErrorCode,
    /** Stable and machine-readable, UPPER_SNAKE_CASE: `SKILL_NOT_FOUND`, `ETAG_MISMATCH`. */
    readonly reason: string,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }
}

/** The descriptions that adapters read: their fields and values have other names in a protocol. */
export const UNKNOWN_FIELD = 'is not a known field';
/** Values follow, separated by commas. */
export const ONE_OF = 'must be one of ';

/** The message of an error begins with a sentence for each violation: the field's name, and the description completes it. */
export const sentencesOf = (violations: readonly FieldViolation[]): string =>
  violations.map(({ field, description }) => `${field || 'input'} ${description}`).join('; ');

/** An error for one invalid field. */
export const invalidArgument = (field: string, description: string, reason = 'INVALID_INPUT'): SkillsError =>
  invalidArguments([{ field, description }], reason);

/** An error for several invalid fields. It names `LIMITS.violationsMax` of them and counts the others. */
export const invalidArguments = (
  violations: readonly FieldViolation[],
  reason = 'INVALID_INPUT',
): SkillsError => {
  const named = violations.slice(0, LIMITS.violationsMax);
  const more = violations.length - named.length;
  const message = sentencesOf(named) + (more > 0 ? `; and ${more} more` : '');
  return new SkillsError('INVALID_ARGUMENT', reason, message, { violations: named });
};

/** An error for a request that cannot be parsed. */
export const malformedRequest = (message: string): SkillsError =>
  new SkillsError('INVALID_ARGUMENT', 'MALFORMED_REQUEST', message);

/** Turns any thrown value into a SkillsError: others become INTERNAL, and clients do not see their text. */
export const toSkillsError = (thrown: unknown): SkillsError =>
  thrown instanceof SkillsError
    ? thrown
    : new SkillsError('INTERNAL', 'INTERNAL', 'The service had an internal error.');

export const unauthenticated = (reason: string, message: string): SkillsError =>
  new SkillsError('UNAUTHENTICATED', reason, message);

/** The error of a call whose time is over, on the server and on the client. */
export const deadlineExceeded = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'The call took longer than its timeout.');

/** An error for credentials that are not a bearer token. */
export const malformedToken = (): SkillsError =>
  unauthenticated(
    'TOKEN_MALFORMED',
    'The credentials are not one bearer token: Authorization: Bearer <token>.',
  );

export const isErrorCode = (code: unknown): code is ErrorCode =>
  (ERROR_CODES as readonly unknown[]).includes(code);
