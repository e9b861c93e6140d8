/** Policies are wrappers around any SkillsApi, blind to protocols and written once for all operations. */
import type { CallContext, VerifyToken } from '../contract/context';
import { unauthenticated } from '../contract/errors';
import type { Input, Operation, Output, SkillsApi } from '../contract/skills-api';
import { authenticate } from './authenticate';
import { authorize } from './authorize';
import { enforceDeadline } from './deadline';
import { hideInternalErrors } from './hide-internal-errors';
import type { Call, Interceptor } from './interceptor';
import { recordDomainPhase, recordOperation } from './observe';
import { type ConsumePoints, chargeRejectedToken, limitRate } from './rate-limit';
import { validateInput } from './validate';

const NO_CONTEXT: CallContext = {};

/** The first interceptor is outermost: it sees a call first and its answer last. */
export const applyInterceptors = (api: SkillsApi, ...interceptors: readonly Interceptor[]): SkillsApi => {
  const wrap = <O extends Operation>(operation: O): SkillsApi[O] => {
    // `fields` narrows an answer's type in SkillsApi only; what passes through here is the same value either way.
    const innermost = api[operation].bind(api) as Call<O, Output<O>>;
    const call = interceptors.reduceRight((next, intercept) => intercept(operation, next), innermost);
    return ((input: Input<O>, context = NO_CONTEXT) => call(input, context)) as SkillsApi[O];
  };
  return {
    listCategories: wrap('listCategories'),
    getCategory: wrap('getCategory'),
    getSkill: wrap('getSkill'),
    listSkills: wrap('listSkills'),
    batchGetSkills: wrap('batchGetSkills'),
    getLearningPath: wrap('getLearningPath'),
    createSkill: wrap('createSkill'),
    updateSkill: wrap('updateSkill'),
    deleteSkill: wrap('deleteSkill'),
    setProgress: wrap('setProgress'),
    listProgress: wrap('listProgress'),
  };
};

export interface GuardOptions {
  /** Takes what is not to leave this process. */
  readonly log?: (error: unknown) => void;
  /** Without it, no token is understood, and so nobody may what needs one. */
  readonly verify?: VerifyToken;
  /** Without it, there is no limit. */
  readonly consumePoints?: ConsumePoints;
}

/** The service as every protocol serves it. */
export const guardService = (
  service: SkillsApi,
  { log, verify = noTokens, consumePoints: take }: GuardOptions = {},
): SkillsApi =>
  applyInterceptors(
    service,
    recordOperation,
    hideInternalErrors(log),
    enforceDeadline,
    authenticate(verify, take && chargeRejectedToken(take)),
    ...(take ? [limitRate(take)] : []),
    validateInput,
    authorize,
    recordDomainPhase,
  );

const noTokens = (): never => {
  throw unauthenticated('TOKEN_INVALID', 'No tokens are understood here.');
};
