/** The current catalogue of this process, kept up to date with the store's change log: own writes and other processes'. */
import { setImmediate as nextEventLoopTurn } from 'node:timers/promises';
import { SkillsError } from '../contract/errors';
import type { Catalogue } from '../domain/catalogue';
import { applyChange, createCatalogue } from '../domain/change';
import type { Transact } from '../domain/service';
import type { Change, Contents, Store } from '../store/store';

export interface LiveCatalogue {
  current(): Catalogue;
  readonly transact: Transact;
  readonly progressOf: Store['progressOf'];
  /** Waits for writes in progress, then closes the store. `current` stays readable. */
  close(): Promise<void>;
}

/** `contents` is what the store has just loaded. */
export const openLiveCatalogue = (store: Store, contents: Contents): LiveCatalogue => {
  let catalogue = createCatalogue(contents.categories, contents.skills, contents.revision);
  let isClosed = false;
  const runInSequence = createQueue();

  const catchUp = (missed: readonly Change[]): void => {
    catalogue = missed.reduce(applyChange, catalogue);
  };

  const stopWatching = store.watch(() => {
    runInSequence(async () => {
      if (!isClosed) catchUp(await store.changesSince(catalogue.revision));
    }).catch((error: unknown) => console.error(error));
  });

  return {
    current: () => catalogue,

    transact: (decide, options) =>
      runInSequence(async () => {
        options?.signal?.throwIfAborted();
        if (isClosed) throw storeClosedError();
        let newRevision: number | undefined;
        const decideOnNewest = (missed: readonly Change[], revision: number) => {
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

    progressOf: async (learner) => {
      if (isClosed) throw storeClosedError();
      return store.progressOf(learner);
    },

    close: () => {
      stopWatching();
      return runInSequence(async () => {
        isClosed = true;
        await store.close();
      });
    },
  };
};

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
