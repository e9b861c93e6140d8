/** What must not get into a log, whoever put it into a message. */

/** Begins with a JSON object in base64url: a JWT, whatever it is signed with. */
const JWT = /\beyJ[\w-]*\.[\w-]*\.?[\w-]*/g;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [JWT, '[token]'],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, '$1 [token]'],
  // The user and the password of a URL.
  [/:\/\/[^/\s@]+@/g, '://[secret]@'],
  [
    /\b((?:client_?)?secret|password|passphrase|token|api_?key|cookie|authorization)(["']?\s*[:=]\s*["']?)(?!bearer|basic)[^\s"'&,;)}\]]+/gi,
    '$1$2[secret]',
  ],
];

/** For what a caller chose: looks only where a token could be. */
export const redactTokens = (text: string): string =>
  text.includes('eyJ') ? text.replace(JWT, '[token]') : text;

export const redactSecrets = (text: string): string =>
  SECRETS.reduce((rest, [secret, instead]) => rest.replace(secret, instead), text);
