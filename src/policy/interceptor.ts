/** What a policy is: it stands before one operation of any SkillsApi, and is the same for all of them. */
import type { CallContext } from '../contract/context';
import type { Input, Operation } from '../contract/skills-api';

/** Rejects, or throws at once: `conceal`, around all that throw, makes a rejection of either. */
export type Call<O extends Operation, Answer> = (input: Input<O>, context: CallContext) => Promise<Answer>;

/** `Answer` is left open: a policy passes on what `next` answered, or throws; it can make up nothing. */
export type Interceptor = <O extends Operation, Answer>(
  operation: O,
  next: Call<O, Answer>,
) => Call<O, Answer>;
