/** Policies are wrappers around any SkillsApi, blind to protocols and written once for all operations. */
import type { CallContext } from '../contract/context';
import type { Input, Operation, Output, SkillsApi } from '../contract/skills-api';
import { conceal } from './conceal';
import { deadline } from './deadline';
import type { Call, Interceptor } from './interceptor';
import { validate } from './validate';

const NO_CONTEXT: CallContext = {};

/** The first interceptor is outermost: it sees a call first and its answer last. */
export const guard = (api: SkillsApi, ...interceptors: readonly Interceptor[]): SkillsApi => {
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
  };
};

/** The service as every protocol serves it. `log` takes what is not to leave this process. */
export const guardedService = (service: SkillsApi, log?: (error: unknown) => void): SkillsApi =>
  guard(service, conceal(log), deadline, validate);
