/** The HTTP status is 200 once execution has begun, so `extensions` carry Apollo's code for tools and the domain's error. */
import { GraphQLError, type GraphQLFormattedError, isValueNode } from 'graphql';
import { type ErrorCode, isErrorCode, SkillsError, toSkillsError } from '../../contract/errors';
import { HTTP_STATUS_OF_REASON } from '../../runtime/transport-errors';
import { translateError } from '../common/contract-names';
import { foreignResponse } from '../common/foreign-response';
import type { HttpResponse } from '../common/http-client';
import { present } from '../common/present';
import { NAMES } from './schema';

/** The codes that GraphQL tools expect. */
const CODE = {
  INVALID_ARGUMENT: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  PERMISSION_DENIED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  ABORTED: 'ABORTED', // a stale etag
  FAILED_PRECONDITION: 'FAILED_PRECONDITION', // a missing etag, a cycle, a required skill, a reused key
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  UNIMPLEMENTED: 'UNIMPLEMENTED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, string>;

/** Tools retry after RATE_LIMITED; a retry of these requests cannot succeed, so the reason is sent as the code instead. */
const TOO_LARGE = ['BODY_TOO_LARGE', 'HEADERS_TOO_LARGE', 'QUERY_TOO_COSTLY'];

/** The status of a code; 400 for all others. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};
const STATUS_OF_REASON: Readonly<Record<string, number>> = {
  ...HTTP_STATUS_OF_REASON,
  QUERY_TOO_COSTLY: 400,
};

/** Before execution an error has an HTTP status of its own (GraphQL over HTTP, section 6.4). */
export const httpStatus = ({ code, reason }: SkillsError): number =>
  STATUS_OF_REASON[reason] ?? STATUS[code] ?? 400;

export const encodeError = (error: SkillsError): GraphQLFormattedError => {
  const { code, reason, message, details } = translateError(error, NAMES.encodeViolation);
  const { violations, retryDelayMs, resource, scope } = details;
  const extensions = present({
    code: TOO_LARGE.includes(reason) ? reason : CODE[code],
    domainCode: code,
    reason,
    violations,
    retryDelayMs,
    resource,
    scope,
  });
  return { message, extensions };
};

/** Apollo's `formatError`: a resolver's SkillsError, a library's error about the request, or an internal error. */
export const formatError = ({ path, locations, ...formatted }: GraphQLFormattedError, thrown: unknown) => {
  const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
  const code = String(formatted.extensions?.code);
  const isLibraryError =
    !(original instanceof SkillsError) && (code !== CODE.INTERNAL || isArgumentError(thrown));
  const reason = code === CODE.INTERNAL ? CODE.INVALID_ARGUMENT : code;
  const error = isLibraryError
    ? new SkillsError('INVALID_ARGUMENT', reason, formatted.message)
    : toSkillsError(original);
  const { message, extensions } = encodeError(error);
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    // GraphQL tools look for a library's own code, for example GRAPHQL_PARSE_FAILED.
    extensions: isLibraryError ? { ...extensions, code: reason } : extensions,
  };
};

/** graphql-js locates an error about the value of an argument at that value, and Apollo takes it for an internal error. */
const isArgumentError = (thrown: unknown): boolean =>
  thrown instanceof GraphQLError && thrown.nodes !== undefined && thrown.nodes.every(isValueNode);

/** The errors of variables that do not have their types. */
export const formatVariableErrors = (errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
  errors.map((error) =>
    formatError({ ...error.toJSON(), extensions: { code: CODE.INVALID_ARGUMENT } }, error),
  );

/** The same for an error of a compiled query, in which only resolvers can fail. Apollo too gives such an error this code. */
export const formatExecutionError = (error: GraphQLError): GraphQLFormattedError => {
  const { message, locations, path } = error;
  const formatted = { message, locations, path, extensions: { code: CODE.INTERNAL } };
  return formatError(formatted, new GraphQLError(message, { originalError: error.originalError }));
};

export const decodeError = (response: HttpResponse, error: GraphQLFormattedError): SkillsError => {
  const { domainCode, reason, violations, retryDelayMs, resource, scope } = Object(error.extensions);
  if (!isErrorCode(domainCode)) return foreignResponse(response);
  const details = present({ violations, retryDelayMs, resource, scope });
  return translateError(new SkillsError(domainCode, reason, error.message, details), NAMES.decodeViolation);
};
