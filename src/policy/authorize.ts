/** Who may. Reading the catalogue is public; writing it needs a scope; progress belongs to a learner. */
import type { Caller } from '../contract/context';
import { SkillsError, unauthenticated } from '../contract/errors';
import type { Operation } from '../contract/skills-api';
import type { Interceptor } from './interceptor';

export const WRITE_SCOPE = 'skills:write';

type Need = 'nothing' | 'scope' | 'learner';

export const NEEDS = {
  listCategories: 'nothing',
  getCategory: 'nothing',
  getSkill: 'nothing',
  listSkills: 'nothing',
  batchGetSkills: 'nothing',
  getLearningPath: 'nothing',
  createSkill: 'scope',
  updateSkill: 'scope',
  deleteSkill: 'scope',
  setProgress: 'learner',
  listProgress: 'learner',
} as const satisfies Record<Operation, Need>;

export const authorize: Interceptor = (operation, next) => {
  const need: Need = NEEDS[operation];
  if (need === 'nothing') return next;
  return (input, context) => {
    check(need, context.caller);
    return next(input, context);
  };
};

const check = (need: 'scope' | 'learner', caller: Caller | undefined): void => {
  if (!caller) throw unauthenticated('TOKEN_REQUIRED', 'This operation needs a bearer token.');
  if (need === 'scope' && !caller.scopes.includes(WRITE_SCOPE)) {
    const text = `This operation needs the scope ${WRITE_SCOPE}, which the token does not have.`;
    throw new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', text, { scope: WRITE_SCOPE });
  }
  if (need === 'learner' && !caller.learner) {
    const text = "Progress is a learner's own; this token is a service's.";
    throw new SkillsError('PERMISSION_DENIED', 'LEARNER_REQUIRED', text);
  }
};
