/** The chain of policies around a SkillsApi: independent of protocols, and written once for all operations. */
import type { CallContext, VerifyToken } from '../contract/context';
import { unauthenticated } from '../contract/errors';
import type { ConsumePoints } from '../contract/rate-limit';
import type { Input, Operation, Output, SkillsApi } from '../contract/skills-api';
import { authenticate } from './authenticate';
import { authorize } from './authorize';
import { enforceDeadline } from './deadline';
import { hideInternalErrors } from './hide-internal-errors';
import type { Call, Interceptor } from './interceptor';
import { recordDomainPhase, recordOperation } from './observe';
import { chargeRejectedToken, limitRate } from './rate-limit';
import { validateInput } from './validate';

const NO_CONTEXT: CallContext = {};

/** The first interceptor is the outermost: it gets a call first and its answer last. */
export const applyInterceptors = (api: SkillsApi, ...interceptors: readonly Interceptor[]): SkillsApi => {
  const wrap = <O extends Operation>(operation: O): SkillsApi[O] => {
    // `fields` narrows an answer's type in SkillsApi only; interceptors pass the same value on either way.
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
  /** Receives internal errors, whose text no caller may see. Standard error by default. */
  readonly log?: (error: unknown) => void;
  /** Verifies tokens; when absent, every token is rejected. */
  readonly verify?: VerifyToken;
  /** Consumes points of the caller's rate limit; when absent, calls are not limited. */
  readonly consumePoints?: ConsumePoints;
}

/** The service behind all policies, as every protocol serves it. */
export const guardService = (
  service: SkillsApi,
  { log, verify = rejectEveryToken, consumePoints }: GuardOptions = {},
): SkillsApi =>
  applyInterceptors(
    service,
    recordOperation,
    hideInternalErrors(log),
    enforceDeadline,
    authenticate(verify, consumePoints && chargeRejectedToken(consumePoints)),
    ...(consumePoints ? [limitRate(consumePoints)] : []),
    validateInput,
    authorize,
    recordDomainPhase,
  );

const rejectEveryToken = (): never => {
  throw unauthenticated(
    'TOKEN_INVALID',
    'This service is configured without a token issuer and accepts no tokens.',
  );
};
