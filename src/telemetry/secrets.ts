/** Redaction of tokens and passwords in text that is logged. */

/** A JWT begins with a JSON object in base64url, which begins with `eyJ`. */
const JWT = /\beyJ[\w-]*\.[\w-]*\.?[\w-]*/g;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [JWT, '[token]'],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 [token]'],
  // User and password of a URL.
  [/:\/\/[^/\s@]+@/g, '://[secret]@'],
  [
    /\b((?:client_?)?secret|password|passphrase|token|api_?key|cookie|authorization)(["']?\s*[:=]\s*["']?)(?!bearer|basic)[^\s"'&,;)}\]]+/gi,
    '$1$2[secret]',
  ],
];

/** For text that a client chose, for example a request id. Most text has no token and is returned unchanged. */
export const redactTokens = (text: string): string =>
  text.includes('eyJ') ? text.replace(JWT, '[token]') : text;

export const redactSecrets = (text: string): string =>
  SECRETS.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
