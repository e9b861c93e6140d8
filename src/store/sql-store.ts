/** The store in SQL that SQLite and PostgreSQL both understand; what they do differently comes in as an Engine. */
import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Category, Skill } from '../contract/model';
import { migrate, type Tables } from './migrations';
import { deleteSkills, insertCategories, putSkills, readCategories, readSkills } from './rows';
import type { Change, Decision, Store } from './store';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Whether the error says that another process held a lock for longer than we wait. */
  readonly isBusy: (error: unknown) => boolean;
  readonly watch: Store['watch'];
}

/** What a new database begins with. Parents stand before their children. */
export interface Beginning {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
}

const RETRY_DELAY_MS = 1000;

export const sqlStore = ({ db, isBusy, watch }: Engine): Store => {
  const orBusy = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!isBusy(error)) throw error;
      const message = 'Others are writing; nothing was changed. Try again.';
      throw new SkillsError('UNAVAILABLE', 'STORE_BUSY', message, { retryDelayMs: RETRY_DELAY_MS });
    }
  };

  return {
    load: () =>
      orBusy(
        db.transaction().execute(async (transaction) => {
          const state = await transaction.selectFrom('state').selectAll().executeTakeFirstOrThrow();
          return {
            categories: await readCategories(transaction),
            skills: await readSkills(transaction),
            revision: state.revision,
            pageTokenSecret: state.page_token_secret,
          };
        }),
      ),

    changesSince: (revision) => changesSince(db, revision),

    commit: (since, decide) =>
      orBusy(
        rollingBackNothing(() =>
          db.transaction().execute(async (transaction) => {
            // First of all the lock: on PostgreSQL this row, on SQLite the file.
            const { revision } = await transaction
              .updateTable('state')
              .set({ revision: sql`revision + 1` })
              .returning('revision')
              .executeTakeFirstOrThrow();
            const decision = decide(await changesSince(transaction, since), revision);
            if (decision.puts.length + decision.deletes.length === 0) throw new Nothing(decision);
            await putSkills(transaction, decision.puts);
            await deleteSkills(transaction, decision.deletes);
            const body = JSON.stringify({ puts: decision.puts, deletes: decision.deletes });
            await transaction.insertInto('change').values({ revision, body }).execute();
            return decision;
          }),
        ),
      ),

    watch,
    close: () => db.destroy(),
  };
};

/** Thrown to roll a transaction back in which there was nothing to do. */
class Nothing<D extends Decision> extends Error {
  constructor(readonly decision: D) {
    super('nothing to store');
  }
}

const rollingBackNothing = async <D extends Decision>(work: () => Promise<D>): Promise<D> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Nothing) return error.decision;
    throw error;
  }
};

const changesSince = async (db: Kysely<Tables>, after: number): Promise<Change[]> => {
  const rows = await db
    .selectFrom('change')
    .selectAll()
    .where('revision', '>', after)
    .orderBy('revision')
    .execute();
  return rows.map(({ revision, body }) => ({ revision, ...(JSON.parse(body) as Decision) }));
};

/** Brings the tables up to date and fills new ones. To be called alone in the database, so that it happens once. */
export const prepare = async (db: Kysely<Tables>, beginning: () => Beginning): Promise<void> => {
  const { fresh } = await migrate(db);
  if (!fresh) return;
  const { categories, skills } = beginning();
  await insertCategories(db, categories);
  await putSkills(db, skills);
  const state = { id: 1, revision: 0, page_token_secret: randomBytes(32).toString('base64url') } as const;
  await db.insertInto('state').values(state).execute();
};
