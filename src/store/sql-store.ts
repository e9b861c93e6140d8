/** The store in SQL that SQLite and PostgreSQL both understand; what they do differently comes in as an Engine. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Category, Skill } from '../contract/model';
import { findAnswer, storeAnswer } from './idempotency';
import { identityStore, type Write } from './identity-store';
import { migrate, type Tables } from './migrations';
import {
  deleteSkills,
  insertCategories,
  putProgress,
  putSkills,
  readCategories,
  readProgress,
  readSkills,
} from './rows';
import type { Change, CommitOptions, Decision, Edit, Store } from './store';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Whether the error says that another process holds a lock. */
  readonly isBusy: (error: unknown) => boolean;
  /** How long a write waits for other processes' writes. */
  readonly busyMsMax: number;
  readonly watch: Store['watch'];
}

/** What a new database begins with. Parents stand before their children. */
export interface InitialData {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
}

const RETRY_DELAY_MS = 1000;

export const sqlStore = (engine: Engine): Store => {
  const { db, isBusy, watch } = engine;
  const write = writing(engine);

  return {
    load: () =>
      write(async (transaction) => {
        const state = await transaction.selectFrom('state').selectAll().executeTakeFirstOrThrow();
        const { jwk } = await transaction.selectFrom('signing_key').selectAll().executeTakeFirstOrThrow();
        return {
          categories: await readCategories(transaction),
          skills: await readSkills(transaction),
          revision: state.revision,
          pageTokenSecret: state.page_token_secret,
          signingKey: JSON.parse(jwk),
        };
      }),

    changesSince: (revision) => changesSince(db, revision),

    commit: (since, decide, options = {}) =>
      write((transaction) => commit(transaction, since, decide, options), options.signal),

    identity: identityStore(db, write),
    progressOf: (learner) =>
      readProgress(db, learner).catch((error) => {
        throw isBusy(error) ? storeBusy() : error;
      }),

    watch,
    close: () => db.destroy(),
  };
};

/**
 * Waits for other processes' writes without the connection, so that reads go on meanwhile, and between turns of the event
 * loop. What its caller gave up waits no longer.
 */
const writing =
  ({ db, isBusy, busyMsMax }: Engine): Write =>
  async (work, signal) => {
    const giveUpAt = Date.now() + busyMsMax;
    for (;;) {
      let hasBegun = false;
      try {
        return await db.transaction().execute((transaction) => {
          hasBegun = true;
          return work(transaction);
        });
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (hasBegun || Date.now() > giveUpAt) throw storeBusy();
      }
      await sleep(1 + Math.random() * 4);
      signal?.throwIfAborted();
    }
  };

const storeBusy = (): SkillsError => {
  const message = 'Others are writing; nothing was changed. Try again.';
  return new SkillsError('UNAVAILABLE', 'STORE_BUSY', message, { retryDelayMs: RETRY_DELAY_MS });
};

const commit = async <Answer>(
  transaction: Kysely<Tables>,
  since: number,
  decide: (missed: readonly Change[], revision: number) => Decision<Answer>,
  { signal, idempotent: keyed }: CommitOptions,
): Promise<Decision<Answer>> => {
  // First of all the lock: on PostgreSQL this row, on SQLite the file.
  const { revision: before } = await transaction
    .updateTable('state')
    .set({ revision: sql`revision` })
    .returning('revision')
    .executeTakeFirstOrThrow();
  signal?.throwIfAborted();
  const answered = keyed && (await findAnswer(transaction, keyed));
  if (answered) return { puts: [], deletes: [], answer: answered.answer as Answer };
  const revision = before + 1;
  const decision = decide(await changesSince(transaction, since), revision);
  const { puts, deletes, progress, answer } = decision;
  if (puts.length + deletes.length > 0) {
    await putSkills(transaction, puts);
    await deleteSkills(transaction, deletes);
    await transaction
      .insertInto('change')
      .values({ revision, body: JSON.stringify({ puts, deletes }) })
      .execute();
    await transaction.updateTable('state').set({ revision }).execute();
  }
  if (progress) await putProgress(transaction, progress);
  if (keyed) await storeAnswer(transaction, keyed, answer);
  signal?.throwIfAborted();
  return decision;
};

const changesSince = async (db: Kysely<Tables>, after: number): Promise<Change[]> => {
  const rows = await db
    .selectFrom('change')
    .selectAll()
    .where('revision', '>', after)
    .orderBy('revision')
    .execute();
  return rows.map(({ revision, body }) => ({ revision, ...(JSON.parse(body) as Edit) }));
};

/** Brings the tables up to date and fills new ones. To be called alone in the database, so that it happens once. */
export const prepareDatabase = async (db: Kysely<Tables>, beginning: () => InitialData): Promise<void> => {
  const { fresh } = await migrate(db);
  await makeSigningKey(db);
  if (!fresh) return;
  const { categories, skills } = beginning();
  await insertCategories(db, categories);
  await putSkills(db, skills);
  const state = { id: 1, revision: 0, page_token_secret: randomBytes(32).toString('base64url') } as const;
  await db.insertInto('state').values(state).execute();
};

/** A database of an earlier version has none yet. */
const makeSigningKey = async (db: Kysely<Tables>): Promise<void> => {
  if (await db.selectFrom('signing_key').selectAll().executeTakeFirst()) return;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(9).toString('base64url');
  const jwk = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid });
  await db.insertInto('signing_key').values({ kid, jwk }).execute();
};
