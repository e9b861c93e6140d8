/** What a call came to, as a value that can be compared: its answer, or all that a SkillsError says. */
import { type ErrorCode, type ErrorDetails, SkillsError } from '../../src/contract/errors';

export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

export type Outcome<T> = { readonly value: T } | { readonly refusal: Refusal };

export const said = ({ code, reason, message, details }: SkillsError): Refusal => ({
  code,
  reason,
  message,
  details,
});

/** Anything thrown but a SkillsError breaks the law, so it goes on as it is. */
export const outcome = async <T>(call: Promise<T>): Promise<Outcome<T>> => {
  try {
    return { value: await call };
  } catch (thrown) {
    if (thrown instanceof SkillsError) return { refusal: said(thrown) };
    throw thrown;
  }
};

export const refusal = async (call: Promise<unknown>): Promise<Refusal> => {
  const came = await outcome(call);
  if ('refusal' in came) return came.refusal;
  throw new Error('The call was answered.');
};

/** The promise's rejection, whatever it is. */
export const thrownBy = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('The call was answered.');
};
