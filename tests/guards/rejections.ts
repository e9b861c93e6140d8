/** Guards that reject one request with an error of the domain. */
import type { ErrorCode } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Served } from '../support/served';
import type { GuardServers } from './guard-servers';
import type { GuardResponse, RequestKind, RequestOptions } from './requests';

export interface Guard {
  readonly request: RequestKind;
  readonly options?: (world: GuardServers) => RequestOptions;
  readonly servers?: (world: GuardServers) => Served;
  readonly code: ErrorCode;
  readonly reason: string;
  /** The HTTP status in REST, if this reason has another one than its code. */
  readonly rest?: number;
  readonly graphqlStatus?: number;
  /** The remark in the last column of docs/guards.md. */
  readonly note: string;
  /** Further expectations on the response, in each protocol. */
  readonly expectMore?: (protocol: ProtocolName, response: GuardResponse) => void;
}

const expectChallenge = (expected: string | RegExp) => (protocol: ProtocolName, response: GuardResponse) => {
  if (protocol === 'rest') expect(response.headers['www-authenticate']).toMatch(expected);
};

const INVALID_TOKEN = /^Bearer realm="api-rosetta", error="invalid_token", error_description="[^"]+"$/;
const invalidToken = (name: keyof GuardServers['invalid'], note: string): Guard => ({
  request: 'read',
  options: ({ invalid }) => ({ token: invalid[name] }),
  code: 'UNAUTHENTICATED',
  reason: 'TOKEN_INVALID',
  note,
  expectMore: expectChallenge(INVALID_TOKEN),
});

export const REJECTIONS: Readonly<Record<string, Guard>> = {
  'no token for a write': {
    request: 'write',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: 'Reads are public; writes need authentication.',
    expectMore: expectChallenge(/^Bearer realm="api-rosetta"$/),
  },
  'no token for progress': {
    request: 'progress',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: 'Each learner has separate progress.',
    expectMore: expectChallenge(/^Bearer realm="api-rosetta"$/),
  },
  'credentials that are not a bearer token': {
    request: 'read',
    options: () => ({ headers: { authorization: 'Basic YWRhOmVuY2hhbnRyZXNz' } }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_MALFORMED',
    graphqlStatus: 401,
    note: 'Rejected before the body is read, even by operations that need no token.',
    expectMore: expectChallenge(/^Bearer realm="api-rosetta"$/),
  },
  'a token with `alg: none`': invalidToken('alg: none', 'Only asymmetric signatures are accepted.'),
  'a token signed with our public key as a secret': invalidToken(
    'the public key as an HMAC secret',
    'Key confusion (RFC 8725, section 2.1): symmetric algorithms are not allowed.',
  ),
  'a token signed with another key': invalidToken(
    'another signing key',
    'The header of the token has the id of our key.',
  ),
  'a token that is not a JWT': invalidToken('not a JWT', 'Rejected even by operations that need no token.'),
  'a token of another issuer': {
    request: 'read',
    options: ({ issued }) => ({ token: issued.foreign }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_INVALID',
    note: 'The token is valid at its own issuer, which this service does not trust.',
    expectMore: expectChallenge(INVALID_TOKEN),
  },
  'a token for another service': {
    request: 'read',
    options: ({ issued }) => ({ token: issued.elsewhere }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_INVALID',
    note: 'The token has our issuer and key, but another audience.',
    expectMore: expectChallenge(INVALID_TOKEN),
  },
  'an expired token': {
    request: 'read',
    options: ({ issued }) => ({ token: issued.expired }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_EXPIRED',
    note: 'Expired a minute ago; a difference of five seconds between clocks is tolerated.',
    expectMore: expectChallenge(INVALID_TOKEN),
  },
  'a token without the scope': {
    request: 'write',
    options: ({ issued }) => ({ token: issued.reader }),
    code: 'PERMISSION_DENIED',
    reason: 'SCOPE_REQUIRED',
    note: 'The error names the required scope.',
    expectMore: (protocol, { headers, body, details }) => {
      const scope = {
        rest: () => {
          expect(headers['www-authenticate']).toBe(
            'Bearer realm="api-rosetta", error="insufficient_scope", scope="skills:write"',
          );
          return JSON.parse(body).scope;
        },
        graphql: () => JSON.parse(body).errors[0].extensions.scope,
        grpc: () => details.ErrorInfo.metadata.scope,
        soap: () => /<scope>(.*)<\/scope>/.exec(body)?.[1],
      } satisfies Record<ProtocolName, () => unknown>;
      expect(scope[protocol]()).toBe('skills:write');
    },
  },
  'a token of a service for progress': {
    request: 'progress',
    options: ({ issued }) => ({ token: issued.service }),
    code: 'PERMISSION_DENIED',
    reason: 'LEARNER_REQUIRED',
    note: 'If the subject of a token is the client itself, the token belongs to a service and not to a learner (RFC 9068, section 2.2).',
  },
  'too many calls': {
    request: 'write',
    servers: ({ limited }) => limited,
    code: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMITED',
    graphqlStatus: 429,
    note: 'A request is charged at its arrival, before the server reads more than its headers: to the subject of a verified token, otherwise to the address. The error states when to retry.',
    expectMore: (protocol, { headers, body, details }) => {
      const seconds = {
        rest: () => Number(headers['retry-after']),
        graphql: () => JSON.parse(body).errors[0].extensions.retryDelayMs / 1000,
        grpc: () => details.RetryInfo.retryDelay.seconds,
        soap: () => Number(/<retryAfter>(.*)<\/retryAfter>/.exec(body)?.[1]),
      } satisfies Record<ProtocolName, () => number>;
      expect(seconds[protocol]()).toBeGreaterThan(50);
      expect(seconds[protocol]()).toBeLessThanOrEqual(60);
    },
  },
  'a deadline that has passed': {
    request: 'write',
    options: ({ served }) => ({
      token: served.token,
      headers: { 'request-timeout': '0', 'grpc-timeout': '1n' },
    }),
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
    note: '`grpc-timeout`, or `Request-Timeout` in seconds; the write does not happen.',
  },
  'an idempotency key reused with another input': {
    request: 'write',
    options: ({ served }) => ({ token: served.token, key: 'taken', name: 'Not Git' }),
    code: 'FAILED_PRECONDITION',
    reason: 'IDEMPOTENCY_KEY_REUSED',
    rest: 422,
    note: 'The key was used before, through any protocol.',
  },
  'an invalid idempotency key': {
    request: 'write',
    options: ({ served }) => ({ token: served.token, key: 'x'.repeat(129) }),
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_INPUT',
    note: '1 to 128 visible characters.',
  },
};
