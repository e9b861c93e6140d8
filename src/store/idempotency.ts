/** Writes that were sent with a key, and what they answered: kept for a day, and so that a retry finds them. */
import type { Kysely } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Tables } from './migrations';
import type { IdempotentWrite } from './store';

const KEPT_MS = 24 * 60 * 60 * 1000;

/** The first answer to the key, if it was used. Throws FAILED_PRECONDITION where it was used for something else. */
export const findAnswer = async (
  db: Kysely<Tables>,
  { caller, key, fingerprint, time }: IdempotentWrite,
): Promise<{ readonly answer: unknown } | undefined> => {
  await db.deleteFrom('idempotency').where('time', '<', earlier(time)).execute();
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('caller', '=', caller)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row && row.fingerprint !== fingerprint) {
    const text = 'This idempotency key was used for another operation or input.';
    throw new SkillsError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', text);
  }
  return row && { answer: JSON.parse(row.answer) ?? undefined };
};

export const storeAnswer = async (
  db: Kysely<Tables>,
  keyed: IdempotentWrite,
  answer: unknown,
): Promise<void> => {
  const { caller, key, fingerprint, time } = keyed;
  const row = { caller, key, fingerprint, answer: JSON.stringify(answer ?? null), time };
  await db.insertInto('idempotency').values(row).execute();
};

const earlier = (time: string): string => new Date(Date.parse(time) - KEPT_MS).toISOString();
