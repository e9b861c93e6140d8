/** The store in SQL that SQLite and PostgreSQL share; an Engine holds what differs between them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { SkillsError } from '../contract/errors';
import type { Category, Skill } from '../contract/model';
import { logChange, pruneChanges, readCatalogue, readMissed } from './change-log';
import { findAnswer, pruneKeys, storeAnswer } from './idempotency';
import { type IdentityStore, identityStore, type Write } from './identity-store';
import { migrate, type Tables } from './migrations';
import {
  deleteSkills,
  insertCategories,
  putProgress,
  putSkills,
  readProgress,
  readProgressAfter,
} from './rows';
import { ensureSigningKey, readTrustedKeys, rotateSigningKey } from './signing-keys';
import type { CommitOptions, Decision, Missed, Retention, Store } from './store';
import { createStoreHealth, type StoreHealth } from './store-health';
import { DamagedRowError } from './stored-json';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Whether the error means that another process holds a lock. */
  readonly isBusy: (error: unknown) => boolean;
  /** One line if the database itself has failed, for example on a full disk; undefined for any other error. */
  readonly failureOf: (error: unknown) => string | undefined;
  /** How long a write waits for other processes' writes. */
  readonly busyMsMax: number;
  readonly watch: Store['watch'];
}

export interface SqlStoreOptions {
  /** For the operator, who needs to know where the database is. */
  readonly folder: string;
  readonly retention: Retention;
  /** Gets an Error when the database fails, and a sentence when it works again. */
  readonly report: (message: unknown) => void;
}

/** The first contents of a new database. Categories list parents before their children. */
export interface InitialData {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
}

const RETRY_DELAY_MS = 1000;

export const sqlStore = (engine: Engine, { folder, retention, report }: SqlStoreOptions): Store => {
  const { db, watch } = engine;
  const health = createStoreHealth(folder, report);
  const guard = failureGuard(engine, folder, health);
  const lockAndWrite = waitingWrite(engine);
  const write: Write = (work, signal) =>
    guard(
      () => lockAndWrite(work, signal),
      () => probe(lockAndWrite),
    );
  const read = <T>(work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> => {
    const run = () => db.transaction().setAccessMode('read only').execute(work);
    return guard(run, run);
  };

  return {
    load: () =>
      read(async (transaction) => {
        const state = transaction.selectFrom('state').select('page_token_secret');
        const { page_token_secret: pageTokenSecret } = await state.executeTakeFirstOrThrow();
        return { ...(await readCatalogue(transaction)), pageTokenSecret };
      }),

    changesSince: (revision) => read((transaction) => readMissed(transaction, revision)),

    commit: (since, decide, options = {}) =>
      write((transaction) => commit(transaction, since, decide, options), options.signal),

    prune: async (time) => {
      const hasMoreChanges = await write((transaction) => pruneChanges(transaction, retention, time));
      const hasMoreKeys = await write((transaction) => pruneKeys(transaction, time));
      return hasMoreChanges || hasMoreKeys;
    },

    identity: guardReads(identityStore(db, write), guard),
    signingKey: () => write(ensureSigningKey),
    trustedKeys: () => read((transaction) => readTrustedKeys(transaction, new Date().toISOString())),
    rotateSigningKey: (trustedUntil) => write((transaction) => rotateSigningKey(transaction, trustedUntil)),
    progressOf: (learner) => read((transaction) => readProgress(transaction, learner)),
    progressAfter: (learner, skillId, limit) =>
      read((transaction) => readProgressAfter(transaction, learner, skillId, limit)),

    watch,
    readiness: health,
    close: async () => {
      health.close();
      await db.destroy();
    },
  };
};

/** Runs work on the database. After a failure, `check` is repeated until the database works again. */
type Guard = <T>(work: () => Promise<T>, check: () => Promise<unknown>) => Promise<T>;

/** Turns a failure of the database into UNAVAILABLE. The cause is reported to the operator and not to the caller. */
const failureGuard =
  ({ isBusy, failureOf }: Engine, folder: string, health: StoreHealth): Guard =>
  async (work, check) => {
    try {
      return await work();
    } catch (error) {
      if (isBusy(error)) throw storeBusy();
      const failure = error instanceof DamagedRowError ? error.message : failureOf(error);
      if (failure === undefined) throw error;
      health.fail(new Error(`The data folder ${folder} cannot be used: ${failure}`, { cause: error }), check);
      throw storeUnavailable();
    }
  };

/** The writes of this store are guarded already. */
const guardReads = (identity: IdentityStore, guard: Guard): IdentityStore => ({
  ...identity,
  accountById: (id) => guard(...twice(() => identity.accountById(id))),
  accountByName: (name) => guard(...twice(() => identity.accountByName(name))),
  clientById: (id) => guard(...twice(() => identity.clientById(id))),
  findRecord: (kind, by) => guard(...twice(() => identity.findRecord(kind, by))),
});

const twice = <T>(read: () => Promise<T>) => [read, read] as const;

/** Larger than the rows of a usual write, so that it needs as much room. */
const PROBE_BYTES = 32 * 1024;

/** Writes pages of the file, which a statement that changes nothing does not. */
const probe = async (write: Write): Promise<void> => {
  const set = (value: string) =>
    write((transaction) => transaction.updateTable('state').set({ probe: value }).execute());
  await set(randomBytes(PROBE_BYTES).toString('hex'));
  await set('');
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
        if (!isBusy(error) || hasStarted || Date.now() > giveUpAt) throw error;
      }
      await sleep(1 + Math.random() * 4);
      signal?.throwIfAborted();
    }
  };

const storeBusy = (): SkillsError => {
  const message = 'Another process is writing to the store; nothing was changed. Retry later.';
  return new SkillsError('UNAVAILABLE', 'STORE_BUSY', message, { retryDelayMs: RETRY_DELAY_MS });
};

const storeUnavailable = (): SkillsError => {
  const message = 'The store cannot be used at the moment; nothing was changed. Retry later.';
  return new SkillsError('UNAVAILABLE', 'STORE_UNAVAILABLE', message, { retryDelayMs: RETRY_DELAY_MS });
};

const commit = async <Answer>(
  transaction: Kysely<Tables>,
  since: number,
  decide: (missed: Missed, revision: number) => Decision<Answer>,
  { signal, idempotent, time = new Date().toISOString() }: CommitOptions,
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
  const missed = since === lastRevision ? [] : await readMissed(transaction, since);
  const decision = decide(missed, revision);
  const { puts, deletes, progress, answer } = decision;
  if (puts.length + deletes.length > 0) {
    await putSkills(transaction, puts);
    await deleteSkills(transaction, deletes);
    await logChange(transaction, { puts, deletes }, revision, time);
    await transaction.updateTable('state').set({ revision }).execute();
  }
  if (progress) await putProgress(transaction, progress);
  if (idempotent) await storeAnswer(transaction, idempotent, answer);
  signal?.throwIfAborted();
  return decision;
};

/** Brings the tables up to date and fills new ones. The caller must hold an exclusive lock, so that this happens once. */
export const prepareDatabase = async (db: Kysely<Tables>, initialData: () => InitialData): Promise<void> => {
  const { isNew } = await migrate(db);
  if (!isNew) return;
  const { categories, skills } = initialData();
  await insertCategories(db, categories);
  await putSkills(db, skills);
  const state = { id: 1, revision: 0, page_token_secret: randomBytes(32).toString('base64url') } as const;
  await db
    .insertInto('state')
    .values({ ...state, pruned_revision: 0, probe: '' })
    .execute();
};
