/** Programs that get tokens: one public client for trying things, and services that are registered by a command. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdentityStore } from '../store/identity-store';

/** All that can be granted on the service's own data. */
export const SCOPES = ['skills:write'] as const;

/**
 * It has no secret, so anybody can pretend to be it: what keeps a code from others is PKCE, and that it can only go to
 * this machine (RFC 8252, sections 7.3 and 8.1). The port is any.
 */
export const PUBLIC_CLIENT_ID = 'rosetta-cli';
export const LOOPBACK_REDIRECT = 'http://127.0.0.1/callback';

const SECRET_BYTES = 32;

/** A fast hash is enough for what is random and long already. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const secretMatchesHash = (secret: string, secretHash: string): boolean =>
  timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(secretHash));

/** The secret is said here, and never again. */
export const registerClient = async (
  store: IdentityStore,
  { name, scopes }: { readonly name: string; readonly scopes: readonly string[] },
): Promise<{ readonly id: string; readonly secret: string }> => {
  const id = `${name}-${randomBytes(4).toString('hex')}`;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await store.addClient({ id, name, secretHash: hashSecret(secret), scopes });
  return { id, secret };
};
