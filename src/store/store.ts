/** What the service needs of a database: to load once, to append to a numbered log, and to hear that others did. */
import type { Category, Skill } from '../contract/model';

export interface Decision {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

/** One entry of the log. Revisions have no gaps. */
export interface Change extends Decision {
  readonly revision: number;
}

export interface Contents {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
  readonly revision: number;
  /** Random, made with the database, shared by all who serve it. */
  readonly pageTokenSecret: string;
}

export interface Store {
  load(): Promise<Contents>;
  /** Oldest first. */
  changesSince(revision: number): Promise<readonly Change[]>;
  /**
   * One write, alone in the database: reads what was missed since `revision`, lets `decide` see it together with the
   * revision the write will have, and stores what it decided before it resolves. Where `decide` throws or decides
   * nothing, nothing is stored. Rejects with UNAVAILABLE, reason STORE_BUSY, where others hold the lock for too long.
   */
  commit<D extends Decision>(
    since: number,
    decide: (missed: readonly Change[], revision: number) => D,
  ): Promise<D>;
  /** Calls back soon after another process wrote. Returns how to stop. */
  watch(wrote: () => void): () => void;
  close(): Promise<void>;
}
