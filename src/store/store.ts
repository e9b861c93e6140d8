/** What the service needs of a database: to load once, to append to a numbered log, and to hear that others did. */
import type { Category, Progress, Skill } from '../contract/model';
import type { IdentityStore } from './identity-store';

/** What a write does to the catalogue. */
export interface Edit {
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

export interface Decision<Answer = unknown> extends Edit {
  readonly progress?: Progress & { readonly learner: string };
  /** What the caller hears, now and when it asks again with the same key. */
  readonly answer: Answer;
}

/** One entry of the log. Revisions have no gaps. */
export interface Change extends Edit {
  readonly revision: number;
}

/** A write that may be sent again: the same key and fingerprint have one effect. */
export interface IdempotentWrite {
  readonly caller: string;
  readonly key: string;
  /** Of the operation and its input. */
  readonly fingerprint: string;
  /** RFC 3339: when it is sent. */
  readonly time: string;
}

export interface CommitOptions {
  /** Nothing is stored once it is aborted; the write rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly idempotent?: IdempotentWrite;
}

/** The private half of the key that tokens are signed with (RFC 7517), with its `kid`. */
export type SigningKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd' | 'kid', string>>;

export interface Contents {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
  readonly revision: number;
  /** Random, made with the database, shared by all who serve it. */
  readonly pageTokenSecret: string;
  /** Made with the database, shared by all who serve it. */
  readonly signingKey: SigningKey;
}

export interface Store {
  load(): Promise<Contents>;
  /** Oldest first. */
  changesSince(revision: number): Promise<readonly Change[]>;
  /**
   * One write, alone in the database: reads what was missed since `revision`, lets `decide` see it together with the
   * revision the write will have, and stores what it decided before it resolves. Where `decide` throws or decides
   * nothing, nothing is stored. Rejects with UNAVAILABLE, reason STORE_BUSY, where others hold the lock for too long.
   *
   * A keyed write is stored together with its answer, all or nothing. Where the key has been used in the last 24 hours,
   * nothing is decided: the first answer comes back, or FAILED_PRECONDITION, reason IDEMPOTENCY_KEY_REUSED, where the
   * fingerprint is another.
   */
  commit<Answer>(
    since: number,
    decide: (missed: readonly Change[], revision: number) => Decision<Answer>,
    options?: CommitOptions,
  ): Promise<Decision<Answer>>;
  readonly identity: IdentityStore;
  /** By skill id. */
  progressOf(learner: string): Promise<readonly Progress[]>;
  /** Calls back soon after another process wrote. Returns how to stop. */
  watch(wrote: () => void): () => void;
  close(): Promise<void>;
}
