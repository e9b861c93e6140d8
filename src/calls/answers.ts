/** One question, asked through several ways: are the answers equal, and if not, where do they differ? */
import { isDeepStrictEqual } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import { SkillsError } from '../contract/errors';

/** What came back: a value, or the service's error. Anything else is a bug and is thrown on. */
export type Answer = { readonly value: unknown } | { readonly error: ErrorAnswer };

export interface ErrorAnswer {
  readonly code: string;
  readonly reason: string;
  readonly message: string;
  readonly details: object;
}

export const settleAnswer = async (ask: () => Promise<unknown>): Promise<Answer> => {
  try {
    return { value: await ask() };
  } catch (thrown) {
    if (!(thrown instanceof SkillsError)) throw thrown;
    const { code, reason, message, details } = thrown;
    return { error: { code, reason, message, details } };
  }
};

/** A unified diff for each answer that differs from the first; empty where all agree. */
export const findDifferences = (answers: ReadonlyMap<string, Answer>): string[] => {
  const [first, ...others] = [...answers];
  if (first === undefined) return [];
  return others
    .filter(([, answer]) => !isDeepStrictEqual(answer, first[1]))
    .map(([name, answer]) => createTwoFilesPatch(first[0], name, formatJson(first[1]), formatJson(answer)));
};

export const formatJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
