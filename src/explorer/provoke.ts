/** Provokes an error by a real call through each protocol. */
import { type Answer, findDifferences } from '../calls/answers';
import { SkillsError } from '../contract/errors';
import type { AskRequest, ProvocationResult } from './api';
import { askProtocols } from './ask';
import type { Provocation } from './provocations';
import { ExplorerError } from './requests';
import type { ExplorerTarget } from './target';

export { PROVOCATIONS } from './provocations';

export const provoke = async (
  target: ExplorerTarget,
  provocation: Provocation,
): Promise<ProvocationResult> => {
  if (provocation.requiredIdentity !== 'anonymous' && !target.issue) {
    throw new ExplorerError(409, 'This error needs a token, and this explorer does not issue tokens.');
  }
  const request = await prepareQuestion(target, provocation);
  const result = await askProtocols(target, request);
  const unequal = findDifferences(
    new Map(result.results.map((one) => [one.protocol, withoutRetryDelay(one.answer)])),
  );
  const { operation, input, as } = request;
  return {
    ...result,
    agree: unequal.length === 0,
    differences: unequal,
    question: { operation, input, as },
  };
};

const prepareQuestion = async (
  target: ExplorerTarget,
  { prepare: question }: Provocation,
): Promise<AskRequest> => {
  try {
    return await question(target);
  } catch (error) {
    if (!(error instanceof SkillsError)) throw error;
    throw new ExplorerError(502, `The service rejected the preparation of this error: ${error.message}`);
  }
};

/** The retry delay shrinks from call to call, so it is not compared. */
const withoutRetryDelay = (answer: Answer): Answer => {
  if (!('error' in answer)) return answer;
  const { details, message, ...error } = answer.error;
  const { retryDelayMs, ...rest } = details as { readonly retryDelayMs?: number };
  if (retryDelayMs === undefined) return answer;
  return { error: { ...error, message: message.replace(/\d+ seconds/, 'some seconds'), details: rest } };
};
