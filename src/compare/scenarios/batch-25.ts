import { callOperation, pick, type Scenario } from './support/scenario';

const SIZE = 25;

export default {
  name: 'batch-25',
  question: '25 skills by their ids',
  draw: ({ skillIds }, random) => {
    const ids = new Set<string>();
    while (ids.size < Math.min(SIZE, skillIds.length)) ids.add(pick(skillIds, random));
    return [...ids];
  },
  ...callOperation('batchGetSkills', (ids: string[]) => ({ ids })),
} satisfies Scenario<string[]>;
