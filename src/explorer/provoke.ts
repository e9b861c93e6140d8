/** Errors and guards, provoked for real: each is a question whose answer is an error, in four forms. */
import type { Operation } from '../contract/skills-api';
import type { AskRequest, ProvocationAbout, Provoked } from './api';
import { ask } from './ask';
import type { Explored } from './explored';

export interface Provocation extends ProvocationAbout {
  /** Made anew each time it is provoked. */
  readonly question: (explored: Explored) => Promise<AskRequest>;
}

export const PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'unknown-id',
    title: 'An unknown id',
    about: 'A skill is asked for that is not there.',
    operation: 'getSkill' satisfies Operation,
    question: async () => ({ operation: 'getSkill', input: { id: 'cobol' } }),
  },
];

export const provoke = async (explored: Explored, { question }: Provocation): Promise<Provoked> => {
  const asked = await question(explored);
  return { ...(await ask(explored, asked)), question: asked };
};
