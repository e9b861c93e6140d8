/** The list of common passwords that no account may have (NIST SP 800-63B, section 3.1.1.2), from zxcvbn-ts. */

let passwords: ReadonlySet<string> | undefined;

/** The list is loaded at the first use: only sign-up needs it. */
const isListed = (text: string): boolean => {
  if (!passwords) {
    const library = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
    passwords = new Set(library.dictionary['passwords-common'] as readonly string[]);
  }
  return passwords.has(text);
};

/** The shortest part whose repetition is the text. */
const REPEATED = /^(.+?)\1+$/su;
const REPEATED_CHARS_MAX = 3;
/** Digits and punctuation that people append to a common password. */
const APPENDED = /[^\p{L}]{1,6}$/u;

/** True for a listed password, also repeated or with appended digits, and for one that repeats up to three characters. */
export const isCommonPassword = (password: string): boolean => {
  const text = password.normalize('NFKC').toLowerCase();
  const part = REPEATED.exec(text)?.[1] ?? text;
  if (Array.from(part).length <= REPEATED_CHARS_MAX) return true;
  return [text, part, text.replace(APPENDED, '')].some(isListed);
};
