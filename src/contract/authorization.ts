/** Authorization: reading the catalogue is public, writing skills needs a scope, and progress needs a learner. */
import type { Operation } from './skills-api';

/** The OAuth scope (RFC 6749, section 3.3) that permits a client to write skills. */
export const WRITE_SCOPE = 'skills:write';

export type Requirement = 'nothing' | 'scope' | 'learner';

export const REQUIREMENTS = {
  listCategories: 'nothing',
  getCategory: 'nothing',
  getSkill: 'nothing',
  listSkills: 'nothing',
  batchGetSkills: 'nothing',
  getLearningPath: 'nothing',
  createSkill: 'scope',
  updateSkill: 'scope',
  deleteSkill: 'scope',
  setProgress: 'learner',
  listProgress: 'learner',
} as const satisfies Record<Operation, Requirement>;
