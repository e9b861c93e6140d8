/** What an attack is, whom it goes to, and what it finds. The suite and its small sister under Jest share all of it. */
import type { ProtocolName } from '../../src/contract/protocol';

/** Real servers, in a process of their own or in this one. */
export interface Target {
  /** An http origin, or host:port for gRPC. */
  readonly address: Readonly<Record<ProtocolName, string>>;
  /** Of a learner of that name who may write. Each name has a rate limit of its own. */
  tokenOf(subject: string): Promise<string>;
  /** Tokens that are wrong in one way each, by what is wrong. */
  readonly hostileTokens: Readonly<Record<string, string>>;
}

/** How much of it. */
export interface Size {
  /** How often a request is sent that is costly by itself. */
  readonly times: number;
  readonly connections: number;
  /** HTTP/2 streams and frames. */
  readonly frames: number;
  /** How long a server has to end a connection after those; one that has not puts up with them. */
  readonly patienceMs: number;
  /** Texts of each kind that go into every string. */
  readonly payloads: number;
}

export interface Finding {
  /** The answers in their protocol's form, or how the connection ended; each with how often. */
  readonly seen: string;
  /** What should not have been so; nothing, when the service stood its ground. */
  readonly wrong: readonly string[];
}

export type Run = (target: Target, size: Size) => Promise<Finding>;

export interface Attack {
  readonly name: string;
  readonly sent: string;
  /** Text says why a protocol can not be attacked so. */
  readonly on: Readonly<Record<ProtocolName, Run | string>>;
}

const BLAMES_MAX = 5;
const KINDS_MAX = 12;

/** Counts what is seen, and keeps the first few things that are wrong. */
export class Notes {
  readonly #counts = new Map<string, number>();
  readonly #wrong: string[] = [];
  #blames = 0;

  see(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  blame(what: string): void {
    this.#blames++;
    if (this.#wrong.length < BLAMES_MAX && !this.#wrong.includes(what)) this.#wrong.push(what);
  }

  finding(): Finding {
    const kinds = [...this.#counts].sort(([, one], [, other]) => other - one);
    const named = kinds
      .slice(0, KINDS_MAX)
      .map(([what, count]) => (count > 1 ? `${count.toLocaleString('en')} x ${what}` : what));
    const more = kinds.length - KINDS_MAX;
    if (more > 0) named.push(`and ${more} other answers`);
    const untold = this.#blames - this.#wrong.length;
    const wrong = untold > 0 ? [...this.#wrong, `and ${untold} more`] : this.#wrong;
    return { seen: named.join(', ') || 'nothing', wrong };
  }
}

/** Does the work for each item, a few at a time. */
export const inParallel = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
