/** The types of an attack, its target and its findings. `npm run abuse` and tests/abuse share them. */
import type { ProtocolName } from '../../src/contract/protocol';

/** Real servers, in a separate process or in this one. */
export interface Target {
  /** An HTTP origin, or host:port for gRPC. */
  readonly address: Readonly<Record<ProtocolName, string>>;
  /** The certificate to trust, as PEM, if the servers use TLS. */
  readonly ca?: string;
  /** Issues a token with the scope skills:write to a learner. Each subject has a separate rate limit. */
  tokenOf(subject: string): Promise<string>;
  /** Tokens with one defect each, by the name of the defect. */
  readonly hostileTokens: Readonly<Record<string, string>>;
}

/** The amount of each kind of traffic. */
export interface AttackSize {
  /** How often each costly request is sent. */
  readonly times: number;
  readonly connections: number;
  /** HTTP/2 streams and frames. */
  readonly frames: number;
  /** How long to wait for the server to close a connection after the frames. */
  readonly patienceMs: number;
  /** The number of texts of each kind that are injected into every string. */
  readonly payloads: number;
}

export interface Finding {
  /** The responses, or the ends of connections, with their counts. */
  readonly observed: string;
  /** The failures of the server; empty if it withstood the attack. */
  readonly failures: readonly string[];
}

export type Run = (target: Target, size: AttackSize) => Promise<Finding>;

export interface Attack {
  readonly name: string;
  readonly description: string;
  /** A text states why the attack does not apply to a protocol. */
  readonly on: Readonly<Record<ProtocolName, Run | string>>;
}

const FAILURES_MAX = 5;
const KINDS_MAX = 12;

/** Counts observations and keeps the first few failures. */
export class Findings {
  readonly #counts = new Map<string, number>();
  readonly #failures: string[] = [];
  #failureCount = 0;

  record(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  fail(what: string): void {
    this.#failureCount++;
    if (this.#failures.length < FAILURES_MAX && !this.#failures.includes(what)) this.#failures.push(what);
  }

  finding(): Finding {
    const kinds = [...this.#counts].sort(([, one], [, other]) => other - one);
    const named = kinds
      .slice(0, KINDS_MAX)
      .map(([what, count]) => (count > 1 ? `${count.toLocaleString('en')} x ${what}` : what));
    const more = kinds.length - KINDS_MAX;
    if (more > 0) named.push(`and ${more} other responses`);
    const omitted = this.#failureCount - this.#failures.length;
    const failures = omitted > 0 ? [...this.#failures, `and ${omitted} more`] : this.#failures;
    return { observed: named.join(', ') || 'nothing', failures };
  }
}

/** Runs the work for each item, with at most `atOnce` in parallel. */
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
