/** How text is compared: without regard to case and accents, and independent of any locale. */

/** NFKD takes accents off their letters; upper case first, so that `ß` meets `SS`; `ς` is only how a word's last `σ` looks. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ');

/** Runs of letters and digits; every other character that is not a space is a word of its own, so `%` means `%`. */
const WORD = /[\p{L}\p{N}]+|[^\p{L}\p{N}\s]/gu;

/** The different words of a text, folded. */
export const wordsOf = (text: string): ReadonlySet<string> => new Set(fold(text).match(WORD));

/** By code units: the same order in every process, whatever its locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
