/** The current catalogue of this process, kept up to date with the store's change log: own writes and other processes'. */
import { setImmediate as nextEventLoopTurn } from 'node:timers/promises';
import { SkillsError } from '../contract/errors';
import type { Catalogue } from '../domain/catalogue';
import { applyChange, createCatalogue } from '../domain/change';
import type { Transact } from '../domain/service';
import type { Missed, Store, StoredCatalogue } from '../store/store';

export interface LiveCatalogue {
  current(): Catalogue;
  readonly transact: Transact;
  readonly progressOf: Store['progressOf'];
  readonly progressAfter: Store['progressAfter'];
  /** Waits for writes in progress, then closes the store. `current` stays readable. */
  close(): Promise<void>;
}

export interface LiveCatalogueOptions {
  readonly clock: () => Date;
  /** Receives internal errors. */
  readonly log: (error: unknown) => void;
}

/** How often expired changes and keys are deleted. */
const PRUNE_INTERVAL_MS = 60_000;

/** `stored` is what the store has just loaded. */
export const openLiveCatalogue = (
  store: Store,
  stored: StoredCatalogue,
  { clock, log }: LiveCatalogueOptions,
): LiveCatalogue => {
  let catalogue = catalogueOf(stored);
  let isClosed = false;
  const runInSequence = createQueue();

  const openStore = (): Store => {
    if (isClosed) throw storeClosedError();
    return store;
  };

  const catchUp = (missed: Missed): void => {
    catalogue = 'skills' in missed ? catalogueOf(missed) : missed.reduce(applyChange, catalogue);
  };

  /** A SkillsError was reported by the store, and the work is repeated later. */
  const runInBackground = (task: () => Promise<void>): void => {
    runInSequence(async () => {
      if (!isClosed) await task();
    }).catch((error: unknown) => {
      if (!(error instanceof SkillsError)) log(error);
    });
  };
  const readChanges = () =>
    runInBackground(async () => catchUp(await store.changesSince(catalogue.revision)));
  const prune = () =>
    runInBackground(async () => {
      if (await store.prune(clock().toISOString())) prune();
    });

  const stopWatching = store.watch(readChanges);
  const pruning = setInterval(prune, PRUNE_INTERVAL_MS).unref();
  const stopFollowing = store.readiness.onChange(() => {
    if (store.readiness.isReady()) readChanges();
  });

  return {
    current: () => catalogue,

    transact: (decide, options) =>
      runInSequence(async () => {
        options.signal?.throwIfAborted();
        if (isClosed) throw storeClosedError();
        let newRevision: number | undefined;
        const decideOnNewest = (missed: Missed, revision: number) => {
          catchUp(missed);
          newRevision = revision;
          return decide(catalogue, revision);
        };
        const decision = await store.commit(catalogue.revision, decideOnNewest, options);
        const { puts, deletes } = decision;
        if (newRevision === undefined) {
          // A retry with an idempotency key: the store returned the first answer, maybe of another process's write.
          catchUp(await store.changesSince(catalogue.revision));
        } else if (puts.length + deletes.length > 0) {
          catchUp([{ revision: newRevision, puts, deletes }]);
        }
        return decision;
      }),

    progressOf: async (learner) => openStore().progressOf(learner),

    progressAfter: async (learner, skillId, limit) => openStore().progressAfter(learner, skillId, limit),

    close: () => {
      stopWatching();
      stopFollowing();
      clearInterval(pruning);
      return runInSequence(async () => {
        isClosed = true;
        await store.close();
      });
    },
  };
};

const catalogueOf = ({ categories, skills, revision }: StoredCatalogue): Catalogue =>
  createCatalogue(categories, skills, revision);

/**
 * Runs one task at a time, so that changes are applied in the order of their revisions. SQLite answers synchronously, so
 * the event loop gets a turn between two tasks, for reads, responses and timers.
 */
const createQueue = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined).then(() => nextEventLoopTurn());
    return result;
  };
};

const storeClosedError = (): SkillsError =>
  new SkillsError('UNAVAILABLE', 'STORE_CLOSED', 'The service has stopped.');
