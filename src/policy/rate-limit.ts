/** Rate limiting: each caller has a number of points per minute, and each call costs some, by the work that it causes. */
import type { CallContext } from '../contract/context';
import { SkillsError } from '../contract/errors';
import type { ConsumePoints, Payer } from '../contract/rate-limit';
import type { Operation } from '../contract/skills-api';
import type { Interceptor } from './interceptor';

/** Points. Writes touch the store; pages and paths are many skills. */
export const COST = {
  listCategories: 2,
  getCategory: 1,
  getSkill: 1,
  listSkills: 2,
  batchGetSkills: 2,
  getLearningPath: 2,
  createSkill: 5,
  updateSkill: 5,
  deleteSkill: 5,
  setProgress: 5,
  listProgress: 2,
} as const satisfies Record<Operation, number>;

/** A call with an invalid token: verification is work, and the cost slows down guessing. */
const REJECTED_TOKEN_COST = 5;

export const limitRate =
  (consumePoints: ConsumePoints): Interceptor =>
  (operation, next) => {
    const cost = COST[operation];
    return (input, context) => {
      const paid = pay(consumePoints, context, cost);
      return paid ? paid.then(() => next(input, context)) : next(input, context);
    };
  };

/** Charges a call with an invalid token to the address that it came from. */
export const chargeRejectedToken =
  (consumePoints: ConsumePoints) =>
  ({ peer, charge }: CallContext): void | Promise<void> =>
    pay(consumePoints, { peer, charge }, REJECTED_TOKEN_COST);

/** A call from inside this process has neither a caller nor an address, and is not limited. */
const payerOf = ({ caller, peer }: CallContext): Payer | undefined => {
  if (caller) return { subject: caller.subject };
  return peer ? { address: peer } : undefined;
};

const pay = (consumePoints: ConsumePoints, context: CallContext, points: number): void | Promise<void> => {
  const payer = payerOf(context);
  if (!payer) return;
  const { charge } = context;
  return charge ? charge.settle(payer, points) : chargePoints(consumePoints, payer, points);
};

/** Throws or rejects with RATE_LIMITED. */
export const chargePoints = (
  consumePoints: ConsumePoints,
  payer: Payer,
  points: number,
): void | Promise<void> => {
  const delay = consumePoints(payer, points);
  return delay instanceof Promise ? delay.then(throwIfExhausted) : throwIfExhausted(delay);
};

const throwIfExhausted = (retryDelayMs: number | undefined): void => {
  if (retryDelayMs === undefined) return;
  const text = `The rate limit is exceeded; retry in ${Math.ceil(retryDelayMs / 1000)} seconds.`;
  throw new SkillsError('RESOURCE_EXHAUSTED', 'RATE_LIMITED', text, { retryDelayMs });
};
