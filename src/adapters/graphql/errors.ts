/** HTTP says 200 once execution began, so `extensions` carry everything: Apollo's code and the domain's. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type ErrorCode, isErrorCode, SkillsError, toSkillsError } from '../../contract/errors';
import type { HttpResponse } from '../common/http-client';

/** The names that GraphQL tools know. */
const CODE = {
  INVALID_ARGUMENT: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  PERMISSION_DENIED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  ABORTED: 'ABORTED',
  FAILED_PRECONDITION: 'FAILED_PRECONDITION',
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
  UNIMPLEMENTED: 'UNIMPLEMENTED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, string>;

/** Tools wait and try again where they read RATE_LIMITED; these stay too large. */
const TOO_LARGE = ['BODY_TOO_LARGE', 'HEADERS_TOO_LARGE', 'QUERY_TOO_COSTLY'];

/** What our schema calls the inputs that Relay or its arguments name otherwise. */
const ARGUMENTS: Record<string, string> = {
  category: 'filter.category',
  tag: 'filter.tag',
  text: 'filter.text',
  pageSize: 'first',
  pageToken: 'after',
};
const FIELDS = Object.fromEntries(Object.entries(ARGUMENTS).map(([field, argument]) => [argument, field]));

export const encodeError = ({ code, reason, message, details }: SkillsError) => ({
  message,
  extensions: {
    code: TOO_LARGE.includes(reason) ? reason : CODE[code],
    domainCode: code,
    reason,
    ...(details.violations && {
      violations: details.violations.map(({ field, description }) => ({
        field: ARGUMENTS[field] ?? field,
        description,
      })),
    }),
    ...(details.retryDelayMs !== undefined && { retryDelayMs: details.retryDelayMs }),
    ...(details.resource && { resource: details.resource }),
    ...(details.scope !== undefined && { scope: details.scope }),
  },
});

/** Apollo's `formatError`: a resolver's SkillsError, a library's complaint about the request, or our own fault. */
export const formatError = ({ path, locations, ...formatted }: GraphQLFormattedError, thrown: unknown) => {
  const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
  const reason = String(formatted.extensions?.code);
  const ours = original instanceof SkillsError || reason === CODE.INTERNAL;
  const error = ours
    ? toSkillsError(original)
    : new SkillsError('INVALID_ARGUMENT', reason, formatted.message);
  const { message, extensions } = encodeError(error);
  return {
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    // A library's own code, such as GRAPHQL_PARSE_FAILED, is what GraphQL tools look for.
    extensions: ours ? extensions : { ...extensions, code: reason },
  };
};

/** The same for what the compiled query answers: only resolvers can fail there. */
export const formatExecutionError = (error: GraphQLError): GraphQLFormattedError => {
  const { message, locations, path } = error;
  const formatted = { message, locations, path, extensions: { code: CODE.INTERNAL } };
  return formatError(formatted, new GraphQLError(message, { originalError: error.originalError }));
};

export const decodeError = (
  { status, text }: Pick<HttpResponse, 'status' | 'text'>,
  error: GraphQLFormattedError,
) => {
  const { domainCode, reason, violations, retryDelayMs, resource, scope } = Object(error.extensions);
  if (!isErrorCode(domainCode)) {
    const unavailable = status === 502 || status === 503 || status === 504;
    return new SkillsError(
      unavailable ? 'UNAVAILABLE' : 'INTERNAL',
      'NOT_OUR_ANSWER',
      `HTTP ${status}: ${text}`,
    );
  }
  return new SkillsError(domainCode, reason, error.message, {
    ...(violations && {
      violations: violations.map(({ field, description }: { field: string; description: string }) => ({
        field: FIELDS[field] ?? field,
        description,
      })),
    }),
    ...(retryDelayMs !== undefined && { retryDelayMs }),
    ...(resource && { resource }),
    ...(scope !== undefined && { scope }),
  });
};
