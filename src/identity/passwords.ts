/** Password hashes by scrypt with OWASP's parameters: each takes 128 MiB of memory, so at most two run at once. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';

export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 128;

/** OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1. */
const COST = { ln: 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE_MAX = 2;
/** Each takes half a second; beyond this number, a call throws BusyError. */
const WAITING_MAX = 20;

export type Derive = (
  password: string,
  salt: Buffer,
  keyBytes: number,
  options: ScryptOptions,
) => Promise<Buffer>;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the time of one hash, whether or not there is a stored hash to compare with. */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}

/** Thrown if too many hashes are waiting already. */
export class BusyError extends Error {}

const scryptAsync: Derive = (password, salt, keyBytes, options) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** The PHC string format holds the parameters of the hash, so that the cost can be raised later. */
const encode = (salt: Buffer, key: Buffer): string => {
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
};

const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

const decode = (stored: string) => {
  const [, ln, r, p, salt, key] = PHC.exec(stored) ?? [];
  if (salt === undefined || key === undefined)
    throw new Error('A stored password must be a PHC string of scrypt.');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
};

/** The hash to compare with if there is no account: no password matches it. */
const randomHash = (): string => encode(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));

export const createPasswords = (derive: Derive = scryptAsync): Passwords => {
  const limit = pLimit(AT_ONCE_MAX);
  const runWhenFree = async <T>(work: () => Promise<T>): Promise<T> => {
    if (limit.activeCount + limit.pendingCount < AT_ONCE_MAX + WAITING_MAX) return limit(work);
    throw new BusyError('Too many passwords are being checked.');
  };
  const unmatchedHash = randomHash();
  // NFKC, as one text can be typed as different code points (NIST SP 800-63B, section 3.1.1.2).
  const keyOf = (password: string, salt: Buffer, { ln, r, p }: typeof COST): Promise<Buffer> => {
    const N = 2 ** ln;
    const options = { N, r, p, maxmem: 2 * 128 * N * r };
    return runWhenFree(() => derive(password.normalize('NFKC'), salt, KEY_BYTES, options));
  };
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      return encode(salt, await keyOf(password, salt, COST));
    },
    matches: async (password, stored = unmatchedHash) => {
      const { cost, salt, key } = decode(stored);
      return timingSafeEqual(await keyOf(password, salt, cost), key);
    },
  };
};
