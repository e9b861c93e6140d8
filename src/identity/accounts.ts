/** Accounts: sign up and sign in, and the rules for names and passwords. The pages are in pages.ts. */
import { randomUUID } from 'node:crypto';
import type { Account, IdentityStore } from '../store/identity-store';
import { isCommonPassword } from './common-passwords';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, type Passwords } from './passwords';

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** An error per form field, as a sentence for the person who filled in the form. */
export type Problems = Partial<Record<keyof Credentials, string>>;

export interface Accounts {
  /** Resolves to the new account, or to the problems of the form. */
  signUp(credentials: Credentials): Promise<Account | Problems>;
  /** Resolves to undefined if name or password are wrong. Takes the same time whether or not the account exists. */
  signIn(credentials: Credentials): Promise<Account | undefined>;
}

/** ASCII only, so that no two names look alike. An e-mail address is a valid name. */
const NAME = /^[a-z0-9][a-z0-9._@+-]{1,98}[a-z0-9]$/;

/** Names are compared without regard to case. */
export const normalizeName = (input: string): string => input.trim().toLowerCase();

export const isAccount = (result: Account | Problems): result is Account => 'id' in result;

export const createAccounts = (store: IdentityStore, passwords: Passwords): Accounts => ({
  signUp: async (credentials) => {
    const name = normalizeName(credentials.name);
    const problems = problemsOf(name, credentials.password);
    if (Object.keys(problems).length > 0) return problems;
    const password = await passwords.hash(credentials.password);
    const account = { id: randomUUID(), name, password, scopes: [] };
    if (await store.addAccount(account)) return account;
    return { name: 'This name is taken. Choose another one.' };
  },

  signIn: async (credentials) => {
    const account = await store.accountByName(normalizeName(credentials.name));
    const isCorrect = await passwords.matches(credentials.password, account?.password);
    return isCorrect ? account : undefined;
  },
});

const problemsOf = (name: string, password: string): Problems => {
  const passwordChars = Array.from(password.normalize('NFKC')).length;
  const problems: Problems = {};
  if (!NAME.test(name)) {
    problems.name =
      'A name must have 3 to 100 characters: letters a to z and digits, with . _ @ + - allowed in between.';
  }
  if (passwordChars < PASSWORD_CHARS_MIN) {
    problems.password = `A password must have at least ${PASSWORD_CHARS_MIN} characters; this one has ${passwordChars}.`;
  } else if (passwordChars > PASSWORD_CHARS_MAX) {
    problems.password = `A password must have at most ${PASSWORD_CHARS_MAX} characters; this one has ${passwordChars}.`;
  } else if (password.toLowerCase() === name) {
    problems.password = 'The password must not be the name.';
  } else if (isCommonPassword(password)) {
    problems.password =
      'This password is among the first that people guess. Choose another one, for example four random words.';
  }
  return problems;
};
