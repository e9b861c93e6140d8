/** Limits of attempts to sign in: they stop a guesser, and do not lock out the owner of the account. */
import { createHash } from 'node:crypto';
import type { Bucket, OpenBucket, Payer } from '../contract/rate-limit';

/** The origin of an attempt, and the account that it is for. */
export interface Attempt {
  readonly address: string;
  readonly name: string;
  /** The id of a browser in which this account has signed in before. */
  readonly device?: string;
}

export interface Attempts {
  /** Counts a password before it is checked. Throws TooManyAttemptsError. */
  countPassword(attempt: Attempt): Promise<void>;
  /** After a correct password: resets the counts of this account. */
  reset(attempt: Attempt): Promise<void>;
  /** Counts a request that stores a sign-in in the database. Throws TooManyAttemptsError. */
  countSignIn(address: string): Promise<void>;
}

export class TooManyAttemptsError extends Error {
  constructor(readonly retrySeconds: number) {
    super('Too many attempts.');
  }
}

const durationSeconds = 15 * 60;
/** From one address, or one known device, at one account. */
const PER_ORIGIN = { keyPrefix: 'sign-in-origin', points: 10, durationSeconds };
/** From all unknown devices at one account (NIST SP 800-63B, section 3.2.2: at most 100). */
const PER_ACCOUNT = { keyPrefix: 'sign-in-account', points: 100, durationSeconds };
/** From one address at all accounts. */
const PER_ADDRESS = { keyPrefix: 'sign-in-address', points: 50, durationSeconds };
const SIGN_INS = { keyPrefix: 'sign-in-begin', points: 300, durationSeconds };

export const countAttempts = (openBucket: OpenBucket): Attempts => {
  const origins = openBucket(PER_ORIGIN);
  const accounts = openBucket(PER_ACCOUNT);
  const addresses = openBucket(PER_ADDRESS);
  const signIns = openBucket(SIGN_INS);
  return {
    // A known device has a count of its own, which others cannot use up. The account is counted last, so that an address
    // without attempts left cannot use up those of an account.
    countPassword: async (attempt) => {
      if (attempt.device === undefined) await consumeOne(addresses, { address: attempt.address });
      await consumeOne(origins, originOf(attempt));
      if (attempt.device === undefined) await consumeOne(accounts, accountOf(attempt));
    },
    reset: async (attempt) => {
      await origins.reset(originOf(attempt));
      await accounts.reset(accountOf(attempt));
    },
    countSignIn: (address) => consumeOne(signIns, { address }),
  };
};

const consumeOne = async (bucket: Bucket, payer: Payer): Promise<void> => {
  const retryMs = await bucket.consume(payer, 1);
  if (retryMs !== undefined) throw new TooManyAttemptsError(Math.ceil(retryMs / 1000));
};

/** The name as a hash, because a client may send a name of any length. */
const accountOf = ({ name }: Attempt) => ({
  subject: createHash('sha256').update(name).digest('base64url'),
});

const originOf = (attempt: Attempt): Payer => {
  const { subject } = accountOf(attempt);
  const { address, device } = attempt;
  return device === undefined ? { subject, address } : { subject: `${subject} device ${device}` };
};
