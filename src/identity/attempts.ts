/** How often somebody may try a password: counted for the address that tries and for the account that is tried. */
import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface BucketSettings {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds after the first attempt at which all points are back. */
  readonly duration: number;
}

/** In memory, or in Redis where several processes serve. */
export type OpenBucket = (settings: BucketSettings) => Pick<RateLimiterAbstract, 'consume' | 'delete'>;

export const inMemory: OpenBucket = (settings) => new RateLimiterMemory(settings);

export interface Attempts {
  /** Counts a password that is about to be tried. Throws TooManyError. */
  countPassword(address: string, name: string): Promise<void>;
  /** The password was right: the account's count begins anew. */
  reset(name: string): Promise<void>;
  /** Counts a request that leaves something in the database. Throws TooManyError. */
  countSignIn(address: string): Promise<void>;
}

export class TooManyAttemptsError extends Error {
  constructor(readonly retrySeconds: number) {
    super('Too many attempts.');
  }
}

const QUARTER_SECONDS = 15 * 60;
const PER_ACCOUNT = { keyPrefix: 'sign-in-account', points: 10, duration: QUARTER_SECONDS };
const PER_ADDRESS = { keyPrefix: 'sign-in-address', points: 50, duration: QUARTER_SECONDS };
const BEGINNINGS = { keyPrefix: 'sign-in-begin', points: 300, duration: QUARTER_SECONDS };

export const countAttempts = (open: OpenBucket = inMemory): Attempts => {
  const [byAccount, byAddress, beginnings] = [open(PER_ACCOUNT), open(PER_ADDRESS), open(BEGINNINGS)];
  return {
    // The address first: one that is out of points cannot use up an account's as well.
    countPassword: async (address, name) => {
      await take(byAddress, network(address));
      await take(byAccount, keyOf(name));
    },
    reset: async (name) => {
      await byAccount.delete(keyOf(name));
    },
    countSignIn: (address) => take(beginnings, network(address)),
  };
};

const take = async (bucket: ReturnType<OpenBucket>, key: string): Promise<void> => {
  try {
    await bucket.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new TooManyAttemptsError(Math.ceil(refused.msBeforeNext / 1000));
  }
};

/** Whatever was typed, in a length that a counter can have for its name. */
const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

/** A household has 2^64 IPv6 addresses: they count as one. */
const network = (address: string): string => {
  const [plain = ''] = address.split('%');
  if (!ipaddr.isValid(plain)) return plain;
  const parsed = ipaddr.process(plain);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
};
