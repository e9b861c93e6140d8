/** A row of an error table says something else: both ends may still agree, the outside must not. */
import type { ErrorCode } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import { change, forms, type Mutant } from './mutant';

/** What a row says now, and what it says instead. */
type Table = Readonly<Partial<Record<ErrorCode, readonly [is: string, becomes: string]>>>;

const REST: Table = {
  INVALID_ARGUMENT: ['400', '422'],
  UNAUTHENTICATED: ['401', '403'],
  PERMISSION_DENIED: ['403', '401'],
  NOT_FOUND: ['404', '410'],
  ALREADY_EXISTS: ['409', '400'],
  ABORTED: ['412', '409'],
  FAILED_PRECONDITION: ['400', '412'],
  RESOURCE_EXHAUSTED: ['429', '503'],
  DEADLINE_EXCEEDED: ['504', '408'],
  UNIMPLEMENTED: ['501', '405'],
  UNAVAILABLE: ['503', '502'],
  INTERNAL: ['500', '503'],
};

const GRAPHQL: Table = {
  INVALID_ARGUMENT: ["'BAD_USER_INPUT'", "'INVALID_ARGUMENT'"],
  UNAUTHENTICATED: ["'UNAUTHENTICATED'", "'FORBIDDEN'"],
  PERMISSION_DENIED: ["'FORBIDDEN'", "'UNAUTHENTICATED'"],
  NOT_FOUND: ["'NOT_FOUND'", "'BAD_USER_INPUT'"],
  ALREADY_EXISTS: ["'ALREADY_EXISTS'", "'CONFLICT'"],
  ABORTED: ["'ABORTED'", "'CONFLICT'"],
  FAILED_PRECONDITION: ["'FAILED_PRECONDITION'", "'BAD_USER_INPUT'"],
  RESOURCE_EXHAUSTED: ["'RATE_LIMITED'", "'RESOURCE_EXHAUSTED'"],
  DEADLINE_EXCEEDED: ["'DEADLINE_EXCEEDED'", "'TIMEOUT'"],
  UNIMPLEMENTED: ["'UNIMPLEMENTED'", "'NOT_FOUND'"],
  UNAVAILABLE: ["'UNAVAILABLE'", "'INTERNAL_SERVER_ERROR'"],
  INTERNAL: ["'INTERNAL_SERVER_ERROR'", "'INTERNAL'"],
};

/** A code that no other row has: with one that another has, our own client would notice too. */
const GRPC: Table = {
  INVALID_ARGUMENT: ['status.INVALID_ARGUMENT', 'status.OUT_OF_RANGE'],
  UNAUTHENTICATED: ['status.UNAUTHENTICATED', 'status.UNKNOWN'],
  PERMISSION_DENIED: ['status.PERMISSION_DENIED', 'status.UNKNOWN'],
  NOT_FOUND: ['status.NOT_FOUND', 'status.UNKNOWN'],
  ALREADY_EXISTS: ['status.ALREADY_EXISTS', 'status.UNKNOWN'],
  ABORTED: ['status.ABORTED', 'status.UNKNOWN'],
  FAILED_PRECONDITION: ['status.FAILED_PRECONDITION', 'status.UNKNOWN'],
  RESOURCE_EXHAUSTED: ['status.RESOURCE_EXHAUSTED', 'status.OUT_OF_RANGE'],
  DEADLINE_EXCEEDED: ['status.DEADLINE_EXCEEDED', 'status.UNKNOWN'],
  UNIMPLEMENTED: ['status.UNIMPLEMENTED', 'status.UNKNOWN'],
  UNAVAILABLE: ['status.UNAVAILABLE', 'status.UNKNOWN'],
  INTERNAL: ['status.INTERNAL', 'status.DATA_LOSS'],
};

const client = ["'Client'", "'Server'"] as const;
const server = ["'Server'", "'Client'"] as const;
/** Half of the rows are alike, so some of each kind will do. */
const SOAP: Table = {
  UNAUTHENTICATED: client,
  NOT_FOUND: client,
  RESOURCE_EXHAUSTED: server,
  DEADLINE_EXCEEDED: server,
  UNIMPLEMENTED: client,
  UNAVAILABLE: server,
  INTERNAL: server,
};

const rowsOf = (protocol: ProtocolName, table: Table): Mutant[] =>
  Object.entries(table).map(([code, [is, becomes]]) => ({
    name: `${protocol}'s ${code} becomes ${becomes}`,
    file: `src/adapters/${protocol}/errors.ts`,
    find: `\n  ${code}: ${is},`,
    replace: `\n  ${code}: ${becomes},`,
    tests: forms(`${protocol} says ${code}`),
  }));

const reasons = change('src/adapters/rest/errors.ts');
/** What HTTP says by the reason. */
const REASONS: readonly Mutant[] = [
  reasons(
    "rest's IDEMPOTENCY_KEY_REUSED becomes 400",
    '  IDEMPOTENCY_KEY_REUSED: 422,\n',
    '',
    forms('rest: a key that was used'),
  ),
  reasons(
    "rest's TOKEN_EXPIRED becomes another challenge",
    "TOKEN_EXPIRED: 'invalid_token'",
    "TOKEN_EXPIRED: 'invalid_request'",
    forms('rest: UNAUTHENTICATED, TOKEN_EXPIRED'),
  ),
  reasons(
    "rest's SCOPE_REQUIRED loses its challenge",
    "  SCOPE_REQUIRED: 'insufficient_scope',\n",
    '',
    forms('rest: PERMISSION_DENIED, SCOPE_REQUIRED'),
  ),
];

export const ROWS: readonly Mutant[] = [
  ...rowsOf('rest', REST),
  ...rowsOf('graphql', GRAPHQL),
  ...rowsOf('grpc', GRPC),
  ...rowsOf('soap', SOAP),
  ...REASONS,
];
