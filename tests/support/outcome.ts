/** The outcome of a call as a comparable value: its result, or the members of the SkillsError it rejected with. */
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

/** Resolves to the result or the error of the call. A rejection that is not a SkillsError breaks the contract and is rethrown. */
export const outcome = async <T>(call: Promise<T>): Promise<Outcome<T>> => {
  try {
    return { value: await call };
  } catch (thrown) {
    if (thrown instanceof SkillsError) return { refusal: said(thrown) };
    throw thrown;
  }
};

/** Resolves to the SkillsError that the call rejects with. */
export const refusal = async (call: Promise<unknown>): Promise<Refusal> => {
  const result = await outcome(call);
  if ('refusal' in result) return result.refusal;
  throw new Error('The call must reject, but it resolved.');
};

/** Resolves to the reason that the call rejects with, of any type. */
export const thrownBy = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('The call must reject, but it resolved.');
};
