/** An error as the answer: its code, reason, message and details must be equal, and its cost is measured. */
import { callOperation, type Scenario } from './support/scenario';

export default {
  name: 'not-found',
  question: 'a skill that is not there',
  draw: (_world, random) => `no-such-skill-${Math.floor(random() * 1_000_000)}`,
  ...callOperation('getSkill', (id: string) => ({ id })),
  expects: 'NOT_FOUND',
} satisfies Scenario<string>;
