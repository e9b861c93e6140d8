import { callOperation, pick, type Scenario } from './support/scenario';

export default {
  name: 'learning-path',
  question: 'everything to learn before a skill, in order',
  draw: ({ skillIds }, random) => pick(skillIds, random),
  ...callOperation('getLearningPath', (id: string) => ({ id, fields: ['id', 'name', 'level'] })),
} satisfies Scenario<string>;
