import { callOperation, pick, type Scenario } from './support/scenario';

export default {
  name: 'one-skill',
  question: 'one skill by its id',
  draw: ({ skillIds }, random) => pick(skillIds, random),
  ...callOperation('getSkill', (id: string) => ({ id })),
} satisfies Scenario<string>;
