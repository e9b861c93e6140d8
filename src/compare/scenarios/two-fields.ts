/** Partial responses, by each protocol's own means: a query parameter, the selection, a field mask, an element. */
import { callOperation, pick, type Scenario } from './support/scenario';

export default {
  name: 'two-fields',
  question: 'two fields of 50 skills',
  draw: ({ pageTokens }, random) => pick(pageTokens(50), random),
  ...callOperation('listSkills', (pageToken: string) => ({
    pageSize: 50,
    pageToken,
    fields: ['id', 'name'],
  })),
} satisfies Scenario<string>;
