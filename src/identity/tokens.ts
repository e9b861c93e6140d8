/** Bearer tokens as JWTs (RFC 9068): issued with the service's own key, or by an OpenID provider whose keys a URL lists. */
import { type KeyObject, randomUUID } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWK,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller, IssueToken, VerifyToken } from '../contract/context';
import { SkillsError, unauthenticated } from '../contract/errors';

/** The algorithm of the service's own tokens. Other providers may use any of ALGORITHMS. */
export const ALGORITHM = 'ES256';

/** Asymmetric signatures only: neither `none` nor a shared secret (RFC 8725, section 3.1). */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512', 'EdDSA'];

/** RFC 9068, section 2.1. */
const TOKEN_TYPE = 'at+jwt';

const CACHED_MAX = 1000;
/** A verified token is cached at most this long, because its key may be revoked meanwhile. */
const CACHED_MS_MAX = 60_000;
/** The cache reads the clock at most once per this interval. */
const CLOCK_MS = 1000;
const CLOCK_TOLERANCE_SECONDS = 5;
const KEYS_TIMEOUT_MS = 5000;

export interface Trust {
  readonly issuer: string;
  readonly audience: string;
}

/** Trusts the keys of the service's own database; only access tokens (`typ` at+jwt) are accepted. */
export const localKeysVerifier = (trust: Trust, readKeys: () => Promise<readonly JWK[]>): VerifyToken => {
  // A key set imports its keys, so it is used again until they change.
  let current: { readonly text: string; readonly keySet: Keys } | undefined;
  return verifier({ ...trust, typ: TOKEN_TYPE, algorithms: [ALGORITHM] }, async (header, token) => {
    const keys = [...(await readKeys())];
    const text = JSON.stringify(keys);
    if (current?.text !== text) current = { text, keySet: createLocalJWKSet({ keys }) };
    return current.keySet(header, token);
  });
};

/** Trusts the keys that the URL lists (RFC 7517); they are fetched on first use, and again when a token names an unknown key. */
export const remoteKeysVerifier = (trust: Trust, jwksUrl: string): VerifyToken =>
  verifier(
    { ...trust, algorithms: ALGORITHMS },
    createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: KEYS_TIMEOUT_MS }),
  );

type Keys = JWTVerifyGetKey;

const verifier = (options: Trust & { typ?: string; algorithms: string[] }, keys: Keys): VerifyToken => {
  const cache = new LRUCache<string, Caller>({ max: CACHED_MAX, ttlResolution: CLOCK_MS });
  const pending = new Map<string, Promise<Caller>>();
  const verify = async (token: string): Promise<Caller> => {
    try {
      requireBase64url(token);
      const { payload } = await jwtVerify(token, keys, {
        ...options,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      const caller = callerOf(payload);
      if (!caller.subject) throw new errors.JWTClaimValidationFailed('"sub" claim is empty', payload, 'sub');
      const remainingMs = (payload.exp as number) * 1000 - Date.now();
      if (remainingMs > 0) cache.set(token, caller, { ttl: Math.min(remainingMs, CACHED_MS_MAX) });
      return caller;
    } catch (error) {
      throw toTokenError(error);
    }
  };
  /** The calls of a burst wait for one verification of their token. */
  const verifyOnce = (token: string): Promise<Caller> => {
    const verification = verify(token).finally(() => pending.delete(token));
    pending.set(token, verification);
    return verification;
  };
  return (token) => cache.get(token) ?? pending.get(token) ?? verifyOnce(token);
};

/** jose skips padding and other characters, so that several texts would be the same token (RFC 7515, section 2). */
const requireBase64url = (token: string): void => {
  const isExact = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;
  const parts = token.split('.');
  if (parts.length === 3 && !parts.every(isExact))
    throw new errors.JWSInvalid('its parts are not base64url without padding');
};

const callerOf = ({ sub, scope, scp, client_id, azp }: Record<string, unknown>): Caller => ({
  subject: typeof sub === 'string' ? sub : '',
  // Some providers call the claim `scp`.
  scopes: [scope ?? scp ?? []]
    .flat()
    .flatMap((scopes) => String(scopes).split(' '))
    .filter(Boolean),
  learner: (client_id ?? azp) !== sub,
});

const toTokenError = (error: unknown): SkillsError => {
  if (error instanceof SkillsError) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated('TOKEN_EXPIRED', 'The token has expired.');
  const code = error instanceof errors.JOSEError ? error.code : '';
  if (/^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT|JWKS_NO|JWKS_MULTIPLE|JWK_)/.test(code)) {
    const { message } = error as Error;
    return unauthenticated('TOKEN_INVALID', `The token is not valid: ${message}.`);
  }
  const text = 'The keys that verify tokens cannot be fetched; retry later.';
  return new SkillsError('UNAVAILABLE', 'KEYS_UNAVAILABLE', text, { retryDelayMs: 1000 });
};

/** The client_id of tokens that the operator issues at the command line. */
const COMMAND_LINE_CLIENT = 'rosetta-cli';

export const tokenIssuer =
  ({ issuer, audience }: Trust, key: KeyObject, kid: string): IssueToken =>
  ({ subject, scopes = [], learner = true, seconds = 3600 }) =>
    new SignJWT({ scope: scopes.join(' '), client_id: learner ? COMMAND_LINE_CLIENT : subject })
      .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${seconds} seconds`)
      .sign(key);
