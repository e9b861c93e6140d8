/** Errors and guards, provoked for real: each is a question whose answer is an error, in four forms. */
import { type Answer, differences } from '../calls/answers';
import { SkillsError } from '../contract/errors';
import type { AskRequest, Provoked } from './api';
import { ask } from './ask';
import type { Explored } from './target';
import type { Provocation } from './provocations';
import { ExplorerError } from './requests';

export { PROVOCATIONS } from './provocations';

export const provoke = async (explored: Explored, provocation: Provocation): Promise<Provoked> => {
  if (provocation.needs !== 'nobody' && !explored.issue) {
    throw new ExplorerError(409, 'This needs a token, and none are made here.');
  }
  const request = await prepared(explored, provocation);
  const answered = await ask(explored, request);
  const differing = differences(new Map(answered.asked.map((one) => [one.protocol, lasting(one.answer)])));
  const { operation, input, as } = request;
  return {
    ...answered,
    agree: differing.length === 0,
    differences: differing,
    question: { operation, input, as },
  };
};

const prepared = async (explored: Explored, { question }: Provocation): Promise<AskRequest> => {
  try {
    return await question(explored);
  } catch (error) {
    if (!(error instanceof SkillsError)) throw error;
    throw new ExplorerError(502, `The service refused what comes before it: ${error.message}`);
  }
};

/** A delay is what is left of it at the moment of each call, so it is not compared: a millisecond later it is another. */
const lasting = (answer: Answer): Answer => {
  if (!('error' in answer)) return answer;
  const { details, message, ...error } = answer.error;
  const { retryDelayMs, ...rest } = details as { readonly retryDelayMs?: number };
  if (retryDelayMs === undefined) return answer;
  return { error: { ...error, message: message.replace(/\d+ seconds/, 'some seconds'), details: rest } };
};
