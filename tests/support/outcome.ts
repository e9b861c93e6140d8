/** The outcome of a call as a comparable value: its result, or the members of the SkillsError it rejected with. */
import { type ErrorCode, type ErrorDetails, SkillsError } from '../../src/contract/errors';

export interface ErrorContents {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

export type Outcome<T> = { readonly value: T } | { readonly error: ErrorContents };

export const errorContents = ({ code, reason, message, details }: SkillsError): ErrorContents => ({
  code,
  reason,
  message,
  details,
});

/** Resolves to the result or the error of the call. A rejection that is not a SkillsError breaks the contract and is rethrown. */
export const outcomeOf = async <T>(call: Promise<T>): Promise<Outcome<T>> => {
  try {
    return { value: await call };
  } catch (thrown) {
    if (thrown instanceof SkillsError) return { error: errorContents(thrown) };
    throw thrown;
  }
};

/** Resolves to the SkillsError that the call rejects with. */
export const errorOf = async (call: Promise<unknown>): Promise<ErrorContents> => {
  const result = await outcomeOf(call);
  if ('error' in result) return result.error;
  throw new Error('The call must reject, but it resolved.');
};

/** Resolves to the reason that the call rejects with, of any type. */
export const rejectionReason = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('The call must reject, but it resolved.');
};
