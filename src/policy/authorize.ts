/** Authorization: compares the caller with what the operation requires. */
import { REQUIREMENTS, type Requirement, WRITE_SCOPE } from '../contract/authorization';
import type { Caller } from '../contract/context';
import { SkillsError, unauthenticated } from '../contract/errors';
import type { Interceptor } from './interceptor';

export const authorize: Interceptor = (operation, next) => {
  const need: Requirement = REQUIREMENTS[operation];
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
