/** What every wire can carry; the domain refuses the rest, so that no protocol can do more than another. */

import { LIMITS } from './limits';

/** Controls other than tab, newline and carriage return, U+FFFE, U+FFFF, lone surrogates (XML 1.0, section 2.2). */
const UNCARRIABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u;

export const isEncodableText = (text: string): boolean => !UNCARRIABLE.test(text);

/** Counts are 32-bit on every wire. */
export const INT32_MAX = 2 ** 31 - 1;

/** Whether a value, however nested, would come out of protobuf, XML and a URL as it went in. */
export const isEncodable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.length <= LIMITS.summaryCharsMax && isEncodableText(value);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= INT32_MAX;
  if (value === null || typeof value !== 'object') return true;
  return (
    (!Array.isArray(value) || value.length <= LIMITS.listItemsMax) && Object.values(value).every(isEncodable)
  );
};
