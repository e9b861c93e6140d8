/** What each operation needs of its caller. Reading the catalogue is public, writing it needs a scope, progress a learner. */
import type { Operation } from './skills-api';

/** The OAuth scope (RFC 6749, section 3.3) that lets a client write skills. */
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
