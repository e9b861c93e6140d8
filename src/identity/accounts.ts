/** Signing up and signing in, apart from any page: what a name and a password may be, and whose they are. */
import { randomUUID } from 'node:crypto';
import type { Account, IdentityStore } from '../store/identity-store';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, type Passwords } from './passwords';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** What is wrong with a field, as a sentence for the person who filled it in. */
export type Problems = Partial<Record<keyof Credentials, string>>;

export interface Accounts {
  /** Says what is wrong instead, where something is. */
  signUp(credentials: Credentials): Promise<Account | Problems>;
  /** Does the same work whether there is such an account or not. */
  signIn(credentials: Credentials): Promise<Account | undefined>;
}

/** Plain ASCII, so that no two names look alike; an e-mail address is one too. */
const NAME = /^[a-z0-9][a-z0-9._@+-]{1,98}[a-z0-9]$/;

/** Names differ by more than their capitals. */
export const normalizeName = (typed: string): string => typed.trim().toLowerCase();

export const isAccount = (result: Account | Problems): result is Account => 'id' in result;

export const createAccounts = (store: IdentityStore, passwords: Passwords): Accounts => ({
  signUp: async (typed) => {
    const name = normalizeName(typed.name);
    const problems = problemsOf(name, typed.password);
    if (Object.keys(problems).length > 0) return problems;
    const password = await passwords.hash(typed.password);
    const account = { id: randomUUID(), name, password, scopes: [] };
    if (await store.addAccount(account)) return account;
    return { name: 'This name is taken. Choose another one.' };
  },

  signIn: async (typed) => {
    const account = await store.accountByName(normalizeName(typed.name));
    const isRight = await passwords.matches(typed.password, account?.password);
    return isRight ? account : undefined;
  },
});

const problemsOf = (name: string, password: string): Problems => {
  const passwordChars = Array.from(password.normalize('NFKC')).length;
  const problems: Problems = {};
  if (!NAME.test(name)) {
    problems.name = 'A name has 3 to 100 letters from a to z, digits and . _ @ + - in between.';
  }
  if (passwordChars < PASSWORD_CHARS_MIN) {
    problems.password = `A password has at least ${PASSWORD_CHARS_MIN} characters; this one has ${passwordChars}.`;
  } else if (passwordChars > PASSWORD_CHARS_MAX) {
    problems.password = `A password has at most ${PASSWORD_CHARS_MAX} characters; this one has ${passwordChars}.`;
  } else if (password.toLowerCase() === name) problems.password = 'The password must not be the name.';
  return problems;
};
