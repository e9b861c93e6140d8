/** The port of the database: load the catalogue, append to the change log, watch for changes by other processes. */
import type { Category, ListPart, Progress, Skill } from '../contract/model';
import type { Readiness } from '../contract/readiness';
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

/** The effect of one or more writes, of which `revision` is the last. */
export interface Change extends Edit {
  readonly revision: number;
}

export interface StoredCatalogue {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
  readonly revision: number;
}

/** What has changed since a revision: nothing, one change, or the whole catalogue if the change log begins later. */
export type Missed = readonly Change[] | StoredCatalogue;

/** How far the change log reaches back: a change is deleted when either limit is reached. */
export interface Retention {
  readonly days: number;
  /** The number of writes. */
  readonly changesMax: number;
}

export const DEFAULT_RETENTION: Retention = { days: 7, changesMax: 100_000 };

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
  /** The time of the write, in RFC 3339. The current time when absent. */
  readonly time?: string;
}

/** The private half of the key that tokens are signed with (RFC 7517), with its `kid`. */
export type SigningKey = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd' | 'kid', string>>;

export type PublicKey = Omit<SigningKey, 'd'>;

export interface Contents extends StoredCatalogue {
  /** Random, created with the database, shared by all processes that serve it. */
  readonly pageTokenSecret: string;
}

export interface Store {
  load(): Promise<Contents>;
  changesSince(revision: number): Promise<Missed>;
  /**
   * One exclusive write transaction: calls `decide` with what changed after `since` and the revision of this write, and
   * stores the decision before it resolves. If `decide` throws or decides nothing, nothing is stored. Rejects with
   * UNAVAILABLE: STORE_BUSY if other processes hold the lock for too long, STORE_UNAVAILABLE if the database fails, for
   * example because the disk is full.
   *
   * An idempotent write is stored together with its answer, all or nothing. If the key was used in the last 24 hours,
   * `decide` is not called: the result is the first answer, or, if the fingerprint differs, FAILED_PRECONDITION with
   * reason IDEMPOTENCY_KEY_REUSED.
   */
  commit<Answer>(
    since: number,
    decide: (missed: Missed, revision: number) => Decision<Answer>,
    options?: CommitOptions,
  ): Promise<Decision<Answer>>;
  /** Deletes some of the changes and keys that have expired at this time. Resolves to true if there are more of them. */
  prune(time: string): Promise<boolean>;
  readonly identity: IdentityStore;
  /** Created at the first use, shared by all processes that serve the database. */
  signingKey(): Promise<SigningKey>;
  /** The public halves of the signing key, if there is one, and of the keys that it replaced and that are still trusted. */
  trustedKeys(): Promise<readonly PublicKey[]>;
  /** Resolves to the new signing key. Tokens of the replaced key are valid until `trustedUntil`, in RFC 3339. */
  rotateSigningKey(trustedUntil: string): Promise<SigningKey>;
  /** In the order of skill ids. */
  progressOf(learner: string): Promise<readonly Progress[]>;
  /** At most `limit` items whose skill ids come after this one, whether more follow, and how many items there are in all. */
  progressAfter(learner: string, skillId: string, limit: number): Promise<ListPart<Progress>>;
  /** Calls `onWrite` soon after another process wrote. Returns a function that stops the watch. */
  watch(onWrite: () => void): () => void;
  /** Not ready from a failure of the database until it works again. */
  readonly readiness: Readiness;
  close(): Promise<void>;
}
