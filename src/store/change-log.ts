/** The change log: the last write of each skill, from which other processes update their catalogues. */
import type { Kysely } from 'kysely';
import type { Tables } from './migrations';
import { readCategories, readSkills } from './rows';
import type { Edit, Missed, Retention, StoredCatalogue } from './store';

/** One prune deletes at most this many rows of each table, so that no write waits for long. */
const PRUNED_ROWS_MAX = 1000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** `db` must be a transaction, so that all rows are of one revision. */
export const readMissed = async (db: Kysely<Tables>, after: number): Promise<Missed> => {
  const state = await db
    .selectFrom('state')
    .select(['revision', 'pruned_revision'])
    .executeTakeFirstOrThrow();
  if (after >= state.revision) return [];
  if (after < state.pruned_revision) return readCatalogue(db);
  const rows = await db.selectFrom('change').select('skill_id').where('revision', '>', after).execute();
  const ids = rows.map((row) => row.skill_id);
  const puts = await readSkills(db, ids);
  const existing = new Set(puts.map(({ id }) => id));
  return [{ revision: state.revision, puts, deletes: ids.filter((id) => !existing.has(id)) }];
};

/** `db` must be a transaction, so that all rows are of one revision. */
export const readCatalogue = async (db: Kysely<Tables>): Promise<StoredCatalogue> => {
  const { revision } = await db.selectFrom('state').select('revision').executeTakeFirstOrThrow();
  return { categories: await readCategories(db), skills: await readSkills(db), revision };
};

/** Replaces earlier changes of the same skills. */
export const logChange = async (
  db: Kysely<Tables>,
  { puts, deletes }: Edit,
  revision: number,
  time: string,
): Promise<void> => {
  for (const skill_id of [...puts.map(({ id }) => id), ...deletes]) {
    const values = { revision, time };
    await db
      .insertInto('change')
      .values({ skill_id, ...values })
      .onConflict((conflict) => conflict.column('skill_id').doUpdateSet(values))
      .execute();
  }
};

/** Deletes the oldest changes that are over the retention. Resolves to true if there are more of them. */
export const pruneChanges = async (
  db: Kysely<Tables>,
  { days, changesMax }: Retention,
  time: string,
): Promise<boolean> => {
  const { revision } = await db.selectFrom('state').select('revision').executeTakeFirstOrThrow();
  const oldestTime = new Date(Date.parse(time) - days * DAY_MS).toISOString();
  const expired = await db
    .selectFrom('change')
    .select('revision')
    .where(({ or, eb }) => or([eb('time', '<', oldestTime), eb('revision', '<=', revision - changesMax)]))
    .orderBy('revision')
    .limit(PRUNED_ROWS_MAX)
    .execute();
  const prunedRevision = expired.at(-1)?.revision;
  if (prunedRevision === undefined) return false;
  // Also an earlier change with a later time, which a clock that was set back leaves behind.
  await db.deleteFrom('change').where('revision', '<=', prunedRevision).execute();
  await db.updateTable('state').set({ pruned_revision: prunedRevision }).execute();
  return expired.length === PRUNED_ROWS_MAX;
};
