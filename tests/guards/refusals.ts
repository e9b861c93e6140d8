/** Guards that refuse one plain request with an error of the domain. */
import type { ErrorCode } from '../../src/contract/errors';
import type { ProtocolName } from '../../src/contract/protocol';
import type { Served } from '../support/served';
import type { Seen, What, With } from './ask';
import type { World } from './world';

export interface Guard {
  readonly what: What;
  readonly how?: (world: World) => With;
  readonly on?: (world: World) => Served;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Where the code has a form of its own for this reason. */
  readonly rest?: number;
  readonly graphqlStatus?: number;
  /** Said once in the document, beside the forms. */
  readonly note: string;
  /** What only this guard says, in each protocol's own place. */
  readonly also?: (protocol: ProtocolName, seen: Seen) => void;
}

const challenge = (expected: string | RegExp) => (protocol: ProtocolName, seen: Seen) => {
  if (protocol === 'rest') expect(seen.headers['www-authenticate']).toMatch(expected);
};

const INVALID_TOKEN = /^Bearer error="invalid_token", error_description="[^"]+"$/;
const badToken = (name: keyof World['wrong'], note: string): Guard => ({
  what: 'read',
  how: ({ wrong }) => ({ token: wrong[name] }),
  code: 'UNAUTHENTICATED',
  reason: 'TOKEN_INVALID',
  note,
  also: challenge(INVALID_TOKEN),
});

export const REFUSALS: Readonly<Record<string, Guard>> = {
  'no token for a write': {
    what: 'write',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: 'Reading is public; a write needs to know who.',
    also: challenge(/^Bearer$/),
  },
  'no token for progress': {
    what: 'progress',
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_REQUIRED',
    note: "Progress is a learner's own.",
    also: challenge(/^Bearer$/),
  },
  'credentials that are no bearer token': {
    what: 'read',
    how: () => ({ headers: { authorization: 'Basic YWRhOmVuY2hhbnRyZXNz' } }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_MALFORMED',
    graphqlStatus: 401,
    note: 'Refused before anything is read; also where no token was needed.',
    also: challenge(/^Bearer error="invalid_request"/),
  },
  'a token with `alg: none`': badToken('alg: none', 'Only signatures with a private key are believed.'),
  'a token signed with our public key as a secret': badToken(
    'the public key as an HMAC secret',
    'Key confusion (RFC 8725, section 2.1): symmetric algorithms are not allowed.',
  ),
  "a token with a stranger's signature": badToken("a stranger's signature", 'Our key id, another key.'),
  'a token that is no JWT': badToken('not a JWT', 'Refused also where no token was needed.'),
  "another issuer's token": {
    what: 'read',
    how: ({ made }) => ({ token: made.foreign }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_INVALID',
    note: 'Well made, by somebody else.',
    also: challenge(INVALID_TOKEN),
  },
  'a token for another service': {
    what: 'read',
    how: ({ made }) => ({ token: made.elsewhere }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_INVALID',
    note: 'The right issuer and key, another audience.',
    also: challenge(INVALID_TOKEN),
  },
  'an expired token': {
    what: 'read',
    how: ({ made }) => ({ token: made.expired }),
    code: 'UNAUTHENTICATED',
    reason: 'TOKEN_EXPIRED',
    note: 'A minute over; five seconds of clock difference are forgiven.',
    also: challenge(INVALID_TOKEN),
  },
  'a token without the scope': {
    what: 'write',
    how: ({ made }) => ({ token: made.reader }),
    code: 'PERMISSION_DENIED',
    reason: 'SCOPE_REQUIRED',
    note: 'The answer names the scope that would do.',
    also: (protocol, { headers, body, details }) => {
      const said = {
        rest: () => {
          expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="skills:write"');
          return JSON.parse(body).scope;
        },
        graphql: () => JSON.parse(body).errors[0].extensions.scope,
        grpc: () => details.ErrorInfo.metadata.scope,
        soap: () => /<scope>(.*)<\/scope>/.exec(body)?.[1],
      } satisfies Record<ProtocolName, () => unknown>;
      expect(said[protocol]()).toBe('skills:write');
    },
  },
  "a service's token for progress": {
    what: 'progress',
    how: ({ made }) => ({ token: made.service }),
    code: 'PERMISSION_DENIED',
    reason: 'LEARNER_REQUIRED',
    note: 'A token whose subject is its client is nobody who learns (RFC 9068, section 2.2).',
  },
  'too many calls': {
    what: 'write',
    on: ({ limited }) => limited,
    code: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMITED',
    note: 'By the subject of the token, else by address; the answer says when there is room again.',
    also: (protocol, { headers, body, details }) => {
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
    what: 'write',
    how: ({ served }) => ({ token: served.token, headers: { 'request-timeout': '0', 'grpc-timeout': '1n' } }),
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
    note: '`grpc-timeout`, or `Request-Timeout` in seconds; nothing is written.',
  },
  'an idempotency key for something else': {
    what: 'write',
    how: ({ served }) => ({ token: served.token, key: 'taken', name: 'Not Git' }),
    code: 'FAILED_PRECONDITION',
    reason: 'IDEMPOTENCY_KEY_REUSED',
    rest: 422,
    note: 'The key is known, from any protocol, with another input.',
  },
  'an idempotency key that cannot be one': {
    what: 'write',
    how: ({ served }) => ({ token: served.token, key: 'x'.repeat(129) }),
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_INPUT',
    note: '1 to 128 visible characters.',
  },
};
