/** Errors and guards, provoked for real: each is a question whose answer is an error, in four forms. */
import { type Answer, differences } from '../calls/answers';
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
  if (provocation.requiredIdentity !== 'nobody' && !target.issue) {
    throw new ExplorerError(409, 'This needs a token, and none are made here.');
  }
  const request = await prepareQuestion(target, provocation);
  const result = await askProtocols(target, request);
  const unequal = differences(
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
    throw new ExplorerError(502, `The service refused what comes before it: ${error.message}`);
  }
};

/** A delay is what is left of it at the moment of each call, so it is not compared: a millisecond later it is another. */
const withoutRetryDelay = (answer: Answer): Answer => {
  if (!('error' in answer)) return answer;
  const { details, message, ...error } = answer.error;
  const { retryDelayMs, ...rest } = details as { readonly retryDelayMs?: number };
  if (retryDelayMs === undefined) return answer;
  return { error: { ...error, message: message.replace(/\d+ seconds/, 'some seconds'), details: rest } };
};
