/** The port of admission: a server calls it before it reads a request, and src/policy implements it. */
import type { Charge } from './context';

/** One call, a call whose response stays open, or a connection that changes its protocol. */
export type ArrivalKind = 'call' | 'stream' | 'upgrade';

export interface Arrival {
  readonly kind: ArrivalKind;
  /** The client's address. */
  readonly peer: string | undefined;
  /** The header of this name, as sent. */
  readonly authorization: string | undefined;
}

/**
 * Charges a request at its arrival. Throws or rejects with RATE_LIMITED. It returns a promise only if Redis counts, or if
 * a token must be verified first. A request without an address is not charged.
 */
export type Admit = (arrival: Arrival) => Charge | undefined | Promise<Charge | undefined>;
