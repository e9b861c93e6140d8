/** Clients report the errors of other programs, such as proxies, and of connections in the same way. */
import { SkillsError } from '../../contract/errors';

/** A response that is not in the protocol's own error form: a gateway's, or another server's. */
export const foreignResponse = (status: number): SkillsError => {
  const isUnavailable = status === 502 || status === 503 || status === 504;
  return new SkillsError(
    isUnavailable ? 'UNAVAILABLE' : 'INTERNAL',
    'NOT_OUR_ANSWER',
    `HTTP status ${status}`,
  );
};

export const deadlineExceeded = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'The time allowed for this call is over.');

export const connectionFailed = (address: string): SkillsError =>
  new SkillsError('UNAVAILABLE', 'CONNECTION_FAILED', `No answer from ${address}.`);
