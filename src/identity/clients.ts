/** OAuth clients: one public client for the command line, and services that the operator registers. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdentityStore } from '../store/identity-store';

/** All scopes that can be granted on the service's own data. */
export const SCOPES = ['skills:write'] as const;

/**
 * A public client has no secret, so any program can use its id. PKCE and a redirect to this machine protect the code
 * (RFC 8252, sections 7.3 and 8.1). Any port is allowed.
 */
export const PUBLIC_CLIENT_ID = 'rosetta-cli';
export const LOOPBACK_REDIRECT = 'http://127.0.0.1/callback';

const SECRET_BYTES = 32;

/** A fast hash is enough for a secret of 32 random bytes. */
const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const secretMatchesHash = (secret: string, secretHash: string): boolean =>
  timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(secretHash));

/** Stores a new client. Returns its secret, of which the store keeps only a hash. */
export const registerClient = async (
  store: IdentityStore,
  { name, scopes }: { readonly name: string; readonly scopes: readonly string[] },
): Promise<{ readonly id: string; readonly secret: string }> => {
  const id = `${name}-${randomBytes(4).toString('hex')}`;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await store.addClient({ id, name, secretHash: hashSecret(secret), scopes });
  return { id, secret };
};
