/** Answers, the values or errors that calls resolve to, and the differences between several answers to one call. */
import { isDeepStrictEqual } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import { SkillsError } from '../contract/errors';

/** A value, or the service's error. */
export type Answer = { readonly value: unknown } | { readonly error: ErrorAnswer };

export interface ErrorAnswer {
  readonly code: string;
  readonly reason: string;
  readonly message: string;
  readonly details: object;
}

/** Rethrows everything that is not a SkillsError, as that is a bug. */
export const settleAnswer = async (call: () => Promise<unknown>): Promise<Answer> => {
  try {
    return { value: await call() };
  } catch (thrown) {
    if (!(thrown instanceof SkillsError)) throw thrown;
    const { code, reason, message, details } = thrown;
    return { error: { code, reason, message, details } };
  }
};

/** A unified diff for each answer that differs from the first; empty if all agree. */
export const findDifferences = (answers: ReadonlyMap<string, Answer>): string[] => {
  const [first, ...others] = [...answers];
  if (first === undefined) return [];
  return others
    .filter(([, answer]) => !isDeepStrictEqual(answer, first[1]))
    .map(([name, answer]) => createTwoFilesPatch(first[0], name, formatJson(first[1]), formatJson(answer)));
};

export const formatJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
