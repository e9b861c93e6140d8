/** The store in SQL that SQLite and PostgreSQL share; an Engine holds what differs between them. */
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
  /** Whether the error means that another process holds a lock. */
  readonly isBusy: (error: unknown) => boolean;
  /** How long a write waits for other processes' writes. */
  readonly busyMsMax: number;
  readonly watch: Store['watch'];
}

/** The first contents of a new database. Categories list parents before their children. */
export interface InitialData {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
}

const RETRY_DELAY_MS = 1000;

export const sqlStore = (engine: Engine): Store => {
  const { db, isBusy, watch } = engine;
  const write = waitingWrite(engine);

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
 * Retries while other processes write. It holds no connection between tries, so that reads continue, and stops waiting
 * when the signal aborts.
 */
const waitingWrite =
  ({ db, isBusy, busyMsMax }: Engine): Write =>
  async (work, signal) => {
    const giveUpAt = Date.now() + busyMsMax;
    for (;;) {
      let hasStarted = false;
      try {
        return await db.transaction().execute((transaction) => {
          hasStarted = true;
          return work(transaction);
        });
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (hasStarted || Date.now() > giveUpAt) throw storeBusy();
      }
      await sleep(1 + Math.random() * 4);
      signal?.throwIfAborted();
    }
  };

const storeBusy = (): SkillsError => {
  const message = 'Another process is writing to the store; nothing was changed. Retry later.';
  return new SkillsError('UNAVAILABLE', 'STORE_BUSY', message, { retryDelayMs: RETRY_DELAY_MS });
};

const commit = async <Answer>(
  transaction: Kysely<Tables>,
  since: number,
  decide: (missed: readonly Change[], revision: number) => Decision<Answer>,
  { signal, idempotent }: CommitOptions,
): Promise<Decision<Answer>> => {
  // Takes the lock before anything is read: on PostgreSQL this row, on SQLite the file.
  const { revision: lastRevision } = await transaction
    .updateTable('state')
    .set({ revision: sql`revision` })
    .returning('revision')
    .executeTakeFirstOrThrow();
  signal?.throwIfAborted();
  const previous = idempotent && (await findAnswer(transaction, idempotent));
  if (previous) return { puts: [], deletes: [], answer: previous.answer as Answer };
  const revision = lastRevision + 1;
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
  if (idempotent) await storeAnswer(transaction, idempotent, answer);
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

/** Brings the tables up to date and fills new ones. The caller must hold an exclusive lock, so that this happens once. */
export const prepareDatabase = async (db: Kysely<Tables>, initialData: () => InitialData): Promise<void> => {
  const { isNew } = await migrate(db);
  await ensureSigningKey(db);
  if (!isNew) return;
  const { categories, skills } = initialData();
  await insertCategories(db, categories);
  await putSkills(db, skills);
  const state = { id: 1, revision: 0, page_token_secret: randomBytes(32).toString('base64url') } as const;
  await db.insertInto('state').values(state).execute();
};

/** A database of an earlier version does not have a signing key yet. */
const ensureSigningKey = async (db: Kysely<Tables>): Promise<void> => {
  if (await db.selectFrom('signing_key').selectAll().executeTakeFirst()) return;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(9).toString('base64url');
  const jwk = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid });
  await db.insertInto('signing_key').values({ kid, jwk }).execute();
};
