/** The keys of the service's own tokens: one signs, and those that it has replaced are trusted for a while. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from './migrations';
import type { PublicKey, SigningKey } from './store';
import { parseStored } from './stored-json';

/** Creates the key at the first use, so that a process which only reads leaves none. `db` must be a write transaction. */
export const ensureSigningKey = async (db: Kysely<Tables>): Promise<SigningKey> => {
  const row = await db
    .selectFrom('signing_key')
    .select('jwk')
    .where('trusted_until', 'is', null)
    .executeTakeFirst();
  return row ? parseStored(row.jwk, 'signing key') : createSigningKey(db);
};

const createSigningKey = async (db: Kysely<Tables>): Promise<SigningKey> => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(9).toString('base64url');
  const key = { ...privateKey.export({ format: 'jwk' }), kid } as SigningKey;
  await db
    .insertInto('signing_key')
    .values({ kid, jwk: JSON.stringify(key), trusted_until: null })
    .execute();
  return key;
};

/** The public halves of the keys whose tokens are valid at this time. */
export const readTrustedKeys = async (db: Kysely<Tables>, time: string): Promise<PublicKey[]> => {
  const rows = await db
    .selectFrom('signing_key')
    .select('jwk')
    .where(({ or, eb }) => or([eb('trusted_until', 'is', null), eb('trusted_until', '>', time)]))
    .execute();
  return rows.map(({ jwk }) => publicHalf(parseStored(jwk, 'signing key')));
};

/** Replaces the signing key and destroys its private half. `db` must be a write transaction. */
export const rotateSigningKey = async (db: Kysely<Tables>, trustedUntil: string): Promise<SigningKey> => {
  const replaced = await ensureSigningKey(db);
  await db.deleteFrom('signing_key').where('trusted_until', '<=', new Date().toISOString()).execute();
  await db
    .updateTable('signing_key')
    .set({ jwk: JSON.stringify(publicHalf(replaced)), trusted_until: trustedUntil })
    .where('kid', '=', replaced.kid)
    .execute();
  return createSigningKey(db);
};

const publicHalf = ({ kty, crv, x, y, kid }: PublicKey): PublicKey => ({ kty, crv, x, y, kid });
