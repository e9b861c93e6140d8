/** Clients report the errors of other programs, such as proxies, and of connections in the same way. */
import { type ErrorCode, SkillsError } from '../../contract/errors';

interface ForeignResponse {
  /** The server's address. */
  readonly origin: string;
  readonly status: number;
  readonly headers: { readonly 'content-type'?: string };
}

/** A response that is not one of this service: a gateway's, or another server's. `more` is the text of its error, if any. */
export const foreignResponse = ({ origin, status, headers }: ForeignResponse, more = ''): SkillsError => {
  const isUnavailable = status === 502 || status === 503 || status === 504;
  const type = headers['content-type'] ?? 'no content type';
  const text = `${origin} gave a response that is not one of this service (HTTP status ${status}, ${type})`;
  return notOurAnswer(`${text}${more && `: ${more}`}.`, isUnavailable ? 'UNAVAILABLE' : 'INTERNAL');
};

export const notOurAnswer = (text: string, code: ErrorCode = 'INTERNAL'): SkillsError =>
  new SkillsError(code, 'NOT_OUR_ANSWER', text);

export const connectionFailed = (address: string): SkillsError =>
  new SkillsError('UNAVAILABLE', 'CONNECTION_FAILED', `No answer from ${address}.`);
