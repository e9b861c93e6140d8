/** Bytes as text, in the character sets of the standards: JSON is UTF-8 (RFC 8259), XML is UTF-8 or UTF-16. */
import { isUtf8 } from 'node:buffer';
import { malformedRequest, type SkillsError } from '../../contract/errors';
import { unsupportedMediaType } from '../../runtime/transport-errors';

/** Without a byte order mark, which a reader of JSON may ignore (RFC 8259, section 8.1). Throws MALFORMED_REQUEST. */
export const decodeUtf8 = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw notEncodedAs('utf-8');
  return bytes.toString('utf8', startsWith(bytes, UTF8_MARK) ? UTF8_MARK.length : 0);
};

/** Throws UNSUPPORTED_MEDIA_TYPE for a charset parameter other than UTF-8, before a byte of the body is read. */
export const requireUtf8 = (contentType: string | undefined): void => {
  const other = charsetsOf(contentType).find((charset) => charset !== 'utf-8');
  if (other !== undefined) throw unsupportedCharset(other, 'UTF-8');
};

/**
 * The encoding is that of the byte order mark, else of the charset parameter, else of the XML declaration (RFC 7303,
 * section 3). Throws UNSUPPORTED_MEDIA_TYPE for another encoding, and MALFORMED_REQUEST for bytes that are not in theirs.
 */
export const decodeXml = (bytes: Buffer, contentType: string | undefined): string => {
  const charset = xmlCharsetOf(contentType);
  const marked = MARKS.find(([mark]) => startsWith(bytes, mark))?.[1];
  const encoding = marked ?? withByteOrder(charset ?? declaredEncoding(bytes), bytes);
  if (encoding === 'utf-8') return decodeUtf8(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw notEncodedAs(encoding);
  }
};

/** The charset parameter in lower case. Throws UNSUPPORTED_MEDIA_TYPE for an encoding other than UTF-8 and UTF-16. */
export const xmlCharsetOf = (contentType: string | undefined): string | undefined => {
  const charsets = charsetsOf(contentType);
  const other = charsets.find((charset) => !XML_ENCODINGS.includes(charset) || charset !== charsets[0]);
  if (other !== undefined) throw unsupportedCharset(other, 'UTF-8 or UTF-16');
  return charsets[0];
};

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const MARKS = [
  [UTF8_MARK, 'utf-8'],
  [Buffer.from([0xff, 0xfe]), 'utf-16le'],
  [Buffer.from([0xfe, 0xff]), 'utf-16be'],
] as const;
const XML_ENCODINGS = ['utf-8', 'utf-16', 'utf-16le', 'utf-16be'];

const startsWith = (bytes: Buffer, start: Buffer): boolean =>
  bytes.length >= start.length && start.every((byte, at) => byte === bytes[at]);

/** The last header that was read, because most requests have the same one. */
let lastRead: { readonly contentType: string; readonly charsets: readonly string[] } | undefined;

/** Every charset parameter, in lower case: two of them must not hide one from another reader of the header. */
const charsetsOf = (contentType = ''): readonly string[] => {
  if (lastRead?.contentType !== contentType) lastRead = { contentType, charsets: readCharsets(contentType) };
  return lastRead.charsets;
};

const readCharsets = (contentType: string): string[] =>
  [...contentType.matchAll(/(?<=[;\s])charset\s*=\s*("?)([^;]*)/gi)].map(([, quote, value = '']) =>
    value
      .trim()
      .replace(quote ? /"$/ : '', '')
      .toLowerCase(),
  );

/** UTF-16 without a byte order mark begins with "<" and a zero byte, in one order or the other. */
const withByteOrder = (encoding: string, [first]: Buffer): string => {
  if (encoding !== 'utf-16') return encoding;
  return first === 0 ? 'utf-16be' : 'utf-16le';
};

/** The beginning of an XML document is ASCII, and zero bytes in UTF-16 (XML 1.0, appendix F). */
const declaredEncoding = (bytes: Buffer): string => {
  const start = bytes.toString('latin1', 0, DECLARATION_BYTES_MAX);
  if (/^\0?<\0?/.test(start) && start.slice(0, 2).includes('\0')) return 'utf-16';
  const declared = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)/.exec(start)?.[1] ?? 'utf-8';
  const encoding = declared.toLowerCase();
  if (!XML_ENCODINGS.includes(encoding)) throw unsupportedCharset(declared, 'UTF-8 or UTF-16');
  return encoding;
};

const DECLARATION_BYTES_MAX = 200;

const unsupportedCharset = (charset: string, expected: string): SkillsError =>
  unsupportedMediaType(`the charset ${charset.slice(0, 40)}; send ${expected}`);

const notEncodedAs = (encoding: string): SkillsError =>
  malformedRequest(`The body is not ${encoding.toUpperCase()}: some of its bytes are not characters.`);
