/** Idempotency keys: the answer of a write with a key is stored for a day, and a retry gets it again. */
import type { Kysely } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Tables } from './migrations';
import type { IdempotentWrite } from './store';
import { parseStored } from './stored-json';

const RETENTION_MS = 24 * 60 * 60 * 1000;

/** One prune deletes at most this many keys, so that no write waits for long. */
const PRUNED_ROWS_MAX = 1000;

/** The first answer to the key, if it was used before. Throws FAILED_PRECONDITION if the fingerprint differs. */
export const findAnswer = async (
  db: Kysely<Tables>,
  { caller, key, fingerprint, time }: IdempotentWrite,
): Promise<{ readonly answer: unknown } | undefined> => {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('caller', '=', caller)
    .where('key', '=', key)
    .where('time', '>=', expiryOf(time))
    .executeTakeFirst();
  if (row && row.fingerprint !== fingerprint) {
    const text = 'This idempotency key was used for another operation or input; send a new key.';
    throw new SkillsError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', text);
  }
  return row && { answer: parseStored<unknown>(row.answer, 'answer to an idempotency key') ?? undefined };
};

/** Replaces an expired answer to the same key. */
export const storeAnswer = async (
  db: Kysely<Tables>,
  write: IdempotentWrite,
  answer: unknown,
): Promise<void> => {
  const { caller, key, fingerprint, time } = write;
  const values = { fingerprint, answer: JSON.stringify(answer ?? null), time };
  await db
    .insertInto('idempotency')
    .values({ caller, key, ...values })
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doUpdateSet(values))
    .execute();
};

/** Deletes expired keys. Resolves to true if there are more of them. */
export const pruneKeys = async (db: Kysely<Tables>, time: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('caller', 'key'),
        'in',
        selectFrom('idempotency')
          .select(['caller', 'key'])
          .where('time', '<', expiryOf(time))
          .limit(PRUNED_ROWS_MAX)
          .$asTuple('caller', 'key'),
      ),
    )
    .executeTakeFirstOrThrow();
  return numDeletedRows === BigInt(PRUNED_ROWS_MAX);
};

/** Keys from before this time have expired. */
const expiryOf = (time: string): string => new Date(Date.parse(time) - RETENTION_MS).toISOString();
