/** The WWW-Authenticate challenge of RFC 6750, section 3. */
import type { SkillsError } from '../../contract/errors';

/** The error parameter (RFC 6750, section 3.1). A request without a token gets none. */
const ERROR_OF_REASON: Readonly<Record<string, string>> = {
  TOKEN_MALFORMED: 'invalid_request',
  TOKEN_INVALID: 'invalid_token',
  TOKEN_EXPIRED: 'invalid_token',
  SCOPE_REQUIRED: 'insufficient_scope',
};

/** Undefined for an error that is not about the token. */
export const bearerChallenge = ({ code, reason, message, details }: SkillsError): string | undefined => {
  const error = ERROR_OF_REASON[reason];
  if (error === undefined) return code === 'UNAUTHENTICATED' ? 'Bearer' : undefined;
  const parameters: Readonly<Record<string, string>> = {
    invalid_token: `, error_description="${replaceUnquotable(message)}"`,
    insufficient_scope: `, scope="${replaceUnquotable(details.scope ?? '')}"`,
  };
  return `Bearer error="${error}"${parameters[error] ?? ''}`;
};

/** Replaces characters that RFC 6750 does not allow between quotes: they could end the value or the header. */
const replaceUnquotable = (text: string): string => text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");
