/** The newest catalogue of this process, kept in step with the store's log: our own writes and other processes'. */
import { setImmediate as pause } from 'node:timers/promises';
import { SkillsError } from '../contract/errors';
import type { Catalogue } from '../domain/catalogue';
import { applyChange, createCatalogue } from '../domain/change';
import type { Transact } from '../domain/service';
import type { Change, Contents, Store } from '../store/store';

export interface LiveCatalogue {
  current(): Catalogue;
  readonly transact: Transact;
  readonly progressOf: Store['progressOf'];
  /** Ends all work in the store; `current` stays. */
  close(): Promise<void>;
}

export const openLiveCatalogue = (store: Store, contents: Contents): LiveCatalogue => {
  let current = createCatalogue(contents.categories, contents.skills, contents.revision);
  let closed = false;

  const catchUp = (missed: readonly Change[]): void => {
    current = missed.reduce(applyChange, current);
  };

  /**
   * One at a time, so that changes are applied in the order of their revisions. SQLite answers without a pause, so between
   * two of them we make one: for reads, for answers to go out, for deadlines to pass.
   */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined).then(() => pause());
    return turn;
  };

  const stopWatching = store.watch(() => {
    inTurn(async () => {
      if (!closed) catchUp(await store.changesSince(current.revision));
    }).catch((error: unknown) => console.error(error));
  });

  return {
    current: () => current,
    transact: (decide, options) =>
      inTurn(async () => {
        options?.signal?.throwIfAborted();
        if (closed) throw stopped();
        let made: number | undefined;
        const caughtUp = (missed: readonly Change[], revision: number) => {
          catchUp(missed);
          made = revision;
          return decide(current, revision);
        };
        const decision = await store.commit(current.revision, caughtUp, options);
        const { puts, deletes } = decision;
        // What comes from a key was written before, and maybe by another process.
        if (made === undefined) catchUp(await store.changesSince(current.revision));
        else if (puts.length + deletes.length > 0)
          current = applyChange(current, { revision: made, puts, deletes });
        return decision;
      }),
    progressOf: async (learner) => {
      if (closed) throw stopped();
      return store.progressOf(learner);
    },
    close: () => {
      stopWatching();
      return inTurn(async () => {
        closed = true;
        await store.close();
      });
    },
  };
};

const stopped = (): SkillsError =>
  new SkillsError('UNAVAILABLE', 'STORE_CLOSED', 'This service has stopped.');
