import { callOperation, pick, type Scenario } from './support/scenario';

export default {
  name: 'page-20',
  question: 'a page of 20 skills',
  draw: ({ pageTokens }, random) => pick(pageTokens(20), random),
  ...callOperation('listSkills', (pageToken: string) => ({ pageSize: 20, pageToken })),
} satisfies Scenario<string>;
