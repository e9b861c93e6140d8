/** Limits of attempts to sign in: counted per address and per account. */
import { createHash } from 'node:crypto';
import type { Bucket, OpenBucket, Payer } from '../contract/rate-limit';

export interface Attempts {
  /** Counts a password before it is checked. Throws TooManyAttemptsError. */
  countPassword(address: string, name: string): Promise<void>;
  /** After a correct password: resets the account's count. */
  reset(name: string): Promise<void>;
  /** Counts a request that stores a sign-in in the database. Throws TooManyAttemptsError. */
  countSignIn(address: string): Promise<void>;
}

export class TooManyAttemptsError extends Error {
  constructor(readonly retrySeconds: number) {
    super('Too many attempts.');
  }
}

const durationSeconds = 15 * 60;
const PER_ACCOUNT = { keyPrefix: 'sign-in-account', points: 10, durationSeconds };
const PER_ADDRESS = { keyPrefix: 'sign-in-address', points: 50, durationSeconds };
const SIGN_INS = { keyPrefix: 'sign-in-begin', points: 300, durationSeconds };

export const countAttempts = (openBucket: OpenBucket): Attempts => {
  const accounts = openBucket(PER_ACCOUNT);
  const addresses = openBucket(PER_ADDRESS);
  const signIns = openBucket(SIGN_INS);
  return {
    // The address is counted first, so that an address without attempts left cannot use up those of an account.
    countPassword: async (address, name) => {
      await consumeOne(addresses, { address });
      await consumeOne(accounts, accountOf(name));
    },
    reset: async (name) => accounts.reset(accountOf(name)),
    countSignIn: (address) => consumeOne(signIns, { address }),
  };
};

const consumeOne = async (bucket: Bucket, payer: Payer): Promise<void> => {
  const retryMs = await bucket.consume(payer, 1);
  if (retryMs !== undefined) throw new TooManyAttemptsError(Math.ceil(retryMs / 1000));
};

/** The name as a hash, because a client may send a name of any length. */
const accountOf = (name: string): Payer => ({
  subject: createHash('sha256').update(name).digest('base64url'),
});
