/** The port of the database: load the catalogue, append to the change log, watch for changes by other processes. */
import type { Category, Progress, Skill } from '../contract/model';
import type { IdentityStore } from './identity-store';

/** The effect of a write on the catalogue. */
export interface Edit {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

export interface Decision<Answer = unknown> extends Edit {
  readonly progress?: Progress & { readonly learner: string };
  /** The caller's answer, now and on a retry with the same idempotency key. */
  readonly answer: Answer;
}

/** One entry of the change log. Revisions have no gaps. */
export interface Change extends Edit {
  readonly revision: number;
}

/** A write with an idempotency key: sent again with the same fingerprint, it has one effect. */
export interface IdempotentWrite {
  readonly caller: string;
  readonly key: string;
  /** A hash of the operation and its input. */
  readonly fingerprint: string;
  /** The time of the write, in RFC 3339. */
  readonly time: string;
}

export interface CommitOptions {
  /** After an abort nothing is stored, and the write rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly idempotent?: IdempotentWrite;
}

/** The private half of the key that tokens are signed with (RFC 7517), with its `kid`. */
export type SigningKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd' | 'kid', string>>;

export interface Contents {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
  readonly revision: number;
  /** Random, created with the database, shared by all processes that serve it. */
  readonly pageTokenSecret: string;
  /** Created with the database, shared by all processes that serve it. */
  readonly signingKey: SigningKey;
}

export interface Store {
  load(): Promise<Contents>;
  /** Oldest first. */
  changesSince(revision: number): Promise<readonly Change[]>;
  /**
   * One exclusive write transaction: calls `decide` with the changes after `since` and the revision of this write, and
   * stores the decision before it resolves. If `decide` throws or decides nothing, nothing is stored. Rejects with
   * UNAVAILABLE, reason STORE_BUSY, if other processes hold the lock for too long.
   *
   * An idempotent write is stored together with its answer, all or nothing. If the key was used in the last 24 hours,
   * `decide` is not called: the result is the first answer, or, if the fingerprint differs, FAILED_PRECONDITION with
   * reason IDEMPOTENCY_KEY_REUSED.
   */
  commit<Answer>(
    since: number,
    decide: (missed: readonly Change[], revision: number) => Decision<Answer>,
    options?: CommitOptions,
  ): Promise<Decision<Answer>>;
  readonly identity: IdentityStore;
  /** In the order of skill ids. */
  progressOf(learner: string): Promise<readonly Progress[]>;
  /** Calls `onWrite` soon after another process wrote. Returns a function that stops the watch. */
  watch(onWrite: () => void): () => void;
  close(): Promise<void>;
}
