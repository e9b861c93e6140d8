/** Passwords as scrypt hashes with OWASP's parameters: 128 MiB of memory for each, so never more than two at once. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 128;

/** OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1. */
const COST = { ln: 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE_MAX = 2;
/** At half a second each; who comes later is told to try again. */
const WAITING_MAX = 20;

export type Derive = (
  password: string,
  salt: Buffer,
  keyBytes: number,
  options: ScryptOptions,
) => Promise<Buffer>;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes one hash's time, whether there is a stored one to compare with or not. */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}

/** Thrown where too many hashes are waiting already. */
export class BusyError extends Error {}

const scryptAsync: Derive = (password, salt, keyBytes, options) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** In the form of PHC strings, which say how they were made, so that the cost can be raised later. */
const encode = (salt: Buffer, key: Buffer): string => {
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
};

const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

const decode = (stored: string) => {
  const [, ln, r, p, salt, key] = PHC.exec(stored) ?? [];
  if (salt === undefined || key === undefined)
    throw new Error('A stored password is not in the form that we write.');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
};

/** What is compared with where there is no account: nobody knows its password. */
const nobody = (): string => encode(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));

export const createPasswords = (derive: Derive = scryptAsync): Passwords => {
  const inTurn = turns(AT_ONCE_MAX, WAITING_MAX);
  const dummy = nobody();
  // The same text may be typed as different characters (NIST SP 800-63B, section 3.1.1.2).
  const keyOf = (password: string, salt: Buffer, { ln, r, p }: typeof COST): Promise<Buffer> => {
    const N = 2 ** ln;
    const options = { N, r, p, maxmem: 2 * 128 * N * r };
    return inTurn(() => derive(password.normalize('NFKC'), salt, KEY_BYTES, options));
  };
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      return encode(salt, await keyOf(password, salt, COST));
    },
    matches: async (password, stored = dummy) => {
      const { cost, salt, key } = decode(stored);
      return timingSafeEqual(await keyOf(password, salt, cost), key);
    },
  };
};

/** So many at once, and so many more that wait. */
const turns = (atOnceMax: number, waitingMax: number) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < atOnceMax) running++;
    else if (waiting.length < waitingMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new BusyError('Too many passwords are being checked.');
    try {
      return await work();
    } finally {
      // The turn goes to the next one, or is free.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
};
