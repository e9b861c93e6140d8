/** Values that every protocol can encode. The domain rejects all others, so that the protocols accept the same inputs. */
import { LIMITS } from './limits';

/** Controls other than tab, newline and carriage return, U+FFFE, U+FFFF, lone surrogates (XML 1.0, section 2.2). */
const UNENCODABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u;

export const isEncodableText = (text: string): boolean => !UNENCODABLE.test(text);

/** Numbers are 32-bit integers in every protocol. */
export const INT32_MAX = 2 ** 31 - 1;

/** Tells whether protobuf, XML and a URL can encode a value and its members without a change. */
export const isEncodable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.length <= LIMITS.summaryCharsMax && isEncodableText(value);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= INT32_MAX;
  if (typeof value !== 'object') return true;
  if (value === null) return false;
  return (
    (!Array.isArray(value) || value.length <= LIMITS.listItemsMax) && Object.values(value).every(isEncodable)
  );
};
