/** The WWW-Authenticate challenge of RFC 6750, section 3. */
import type { SkillsError } from '../../contract/errors';
import { present } from './present';

/** The error parameter (RFC 6750, section 3.1). A request without a bearer token gets none. */
const ERROR_OF_REASON: Readonly<Record<string, string>> = {
  TOKEN_INVALID: 'invalid_token',
  TOKEN_EXPIRED: 'invalid_token',
  SCOPE_REQUIRED: 'insufficient_scope',
};

/** Undefined for an error that is not about the token. */
export const bearerChallenge = ({ code, reason, message, details }: SkillsError): string | undefined => {
  const error = ERROR_OF_REASON[reason];
  if (error === undefined && code !== 'UNAUTHENTICATED') return undefined;
  const parameters = {
    realm: 'api-rosetta',
    error,
    error_description: error === 'invalid_token' ? message : undefined,
    scope: details.scope,
  };
  const pairs = Object.entries(present(parameters)).map(
    ([name, value]) => `${name}="${replaceUnquotable(String(value))}"`,
  );
  return `Bearer ${pairs.join(', ')}`;
};

/** Replaces characters that RFC 6750 does not allow between quotes: they could end the value or the header. */
const replaceUnquotable = (text: string): string => text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");
