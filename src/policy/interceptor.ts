/** The type of a policy: a wrapper around one operation of any SkillsApi. */
import type { CallContext } from '../contract/context';
import type { Input, Operation } from '../contract/skills-api';

/** May reject or throw synchronously: `hideInternalErrors`, outside of every policy that throws, turns both into a rejection. */
export type Call<O extends Operation, Answer> = (input: Input<O>, context: CallContext) => Promise<Answer>;

/** `Answer` is generic: a policy returns the answer of `next` or throws, and cannot construct an answer. */
export type Interceptor = <O extends Operation, Answer>(
  operation: O,
  next: Call<O, Answer>,
) => Call<O, Answer>;
