/** Text comparison that ignores case and accents and is independent of the locale. */

/** NFKD separates accents from letters; upper case first turns `ß` into `SS`; `ς` is the final form of `σ`. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ');

/** Runs of letters and digits; every other visible character is a word of its own, so `%` matches `%`. */
const WORD = /[\p{L}\p{N}]+|[^\p{L}\p{N}\s]/gu;

/** The different words of a text, folded. */
export const wordsOf = (text: string): ReadonlySet<string> => new Set(fold(text).match(WORD));

/** Compares by code units: the same order in every process and locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
