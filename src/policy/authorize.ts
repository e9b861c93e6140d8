/** Authorization: compares the caller with what the operation requires. */
import { REQUIREMENTS, type Requirement, WRITE_SCOPE } from '../contract/authorization';
import type { Caller } from '../contract/context';
import { SkillsError, unauthenticated } from '../contract/errors';
import type { Interceptor } from './interceptor';

export const authorize: Interceptor = (operation, next) => {
  const requirement: Requirement = REQUIREMENTS[operation];
  if (requirement === 'nothing') return next;
  return (input, context) => {
    checkRequirement(requirement, context.caller);
    return next(input, context);
  };
};

const checkRequirement = (requirement: 'scope' | 'learner', caller: Caller | undefined): void => {
  if (!caller) throw unauthenticated('TOKEN_REQUIRED', 'This operation needs a bearer token.');
  if (requirement === 'scope' && !caller.scopes.includes(WRITE_SCOPE)) {
    const text = `This operation needs the scope ${WRITE_SCOPE}, which the token does not have.`;
    throw new SkillsError('PERMISSION_DENIED', 'SCOPE_REQUIRED', text, { scope: WRITE_SCOPE });
  }
  if (requirement === 'learner' && !caller.learner) {
    const text = "This operation needs a learner's token; the token was issued to a service.";
    throw new SkillsError('PERMISSION_DENIED', 'LEARNER_REQUIRED', text);
  }
};
