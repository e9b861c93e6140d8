/** The methods of every client. Each passes its operation to the `call` of its protocol, in that adapter's client.ts. */
import type { CallContext } from '../../contract/context';
import type { SkillsClient } from '../../contract/protocol';
import type { Input, Operation, Output } from '../../contract/skills-api';

export type CallOperation = <O extends Operation>(
  operation: O,
  input: Input<O>,
  context?: CallContext,
) => Promise<unknown>;

export const skillsClient = (callOperation: CallOperation, close: () => Promise<void>): SkillsClient => {
  const call = callOperation as <O extends Operation>(
    operation: O,
    input: Input<O>,
    context?: CallContext,
  ) => Promise<Output<O>>;
  return {
    listCategories: (input, context) => call('listCategories', input, context),
    getCategory: (input, context) => call('getCategory', input, context),
    getSkill: (input, context) => call('getSkill', input, context),
    listSkills: (input, context) => call('listSkills', input, context),
    batchGetSkills: (input, context) => call('batchGetSkills', input, context),
    getLearningPath: (input, context) => call('getLearningPath', input, context),
    createSkill: (input, context) => call('createSkill', input, context),
    updateSkill: (input, context) => call('updateSkill', input, context),
    deleteSkill: (input, context) => call('deleteSkill', input, context),
    setProgress: (input, context) => call('setProgress', input, context),
    listProgress: (input, context) => call('listProgress', input, context),
    close,
  };
};
