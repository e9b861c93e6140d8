/** Idempotency keys: the answer of a write with a key is stored for a day, and a retry gets it again. */
import type { Kysely } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Tables } from './migrations';
import type { IdempotentWrite } from './store';

const RETENTION_MS = 24 * 60 * 60 * 1000;

/** The first answer to the key, if it was used before. Throws FAILED_PRECONDITION if the fingerprint differs. */
export const findAnswer = async (
  db: Kysely<Tables>,
  { caller, key, fingerprint, time }: IdempotentWrite,
): Promise<{ readonly answer: unknown } | undefined> => {
  await db.deleteFrom('idempotency').where('time', '<', expiryOf(time)).execute();
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('caller', '=', caller)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row && row.fingerprint !== fingerprint) {
    const text = 'This idempotency key was used for another operation or input; send a new key.';
    throw new SkillsError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', text);
  }
  return row && { answer: JSON.parse(row.answer) ?? undefined };
};

export const storeAnswer = async (
  db: Kysely<Tables>,
  write: IdempotentWrite,
  answer: unknown,
): Promise<void> => {
  const { caller, key, fingerprint, time } = write;
  const row = { caller, key, fingerprint, answer: JSON.stringify(answer ?? null), time };
  await db.insertInto('idempotency').values(row).execute();
};

/** Keys from before this time have expired. */
const expiryOf = (time: string): string => new Date(Date.parse(time) - RETENTION_MS).toISOString();
