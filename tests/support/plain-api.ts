/** A SkillsApi whose operations all run the same function, for tests of slow calls, of errors and of received context. */
import type { CallContext } from '../../src/contract/context';
import type { Input, Operation, SkillsApi } from '../../src/contract/skills-api';

type Does = (operation: Operation, input: Input<Operation>, context?: CallContext) => Promise<never>;

export const apiThat = (does: Does): SkillsApi => ({
  listCategories: (input, context) => does('listCategories', input, context),
  getCategory: (input, context) => does('getCategory', input, context),
  getSkill: (input, context) => does('getSkill', input, context),
  listSkills: (input, context) => does('listSkills', input, context),
  batchGetSkills: (input, context) => does('batchGetSkills', input, context),
  getLearningPath: (input, context) => does('getLearningPath', input, context),
  createSkill: (input, context) => does('createSkill', input, context),
  updateSkill: (input, context) => does('updateSkill', input, context),
  deleteSkill: (input, context) => does('deleteSkill', input, context),
  setProgress: (input, context) => does('setProgress', input, context),
  listProgress: (input, context) => does('listProgress', input, context),
});

type Calls = Readonly<Record<Operation, (api: SkillsApi, context?: CallContext) => Promise<unknown>>>;

/** A valid call of each operation. */
export const CALLS: Calls = {
  listCategories: (api, context) => api.listCategories({}, context),
  getCategory: (api, context) => api.getCategory({ id: 'tools' }, context),
  getSkill: (api, context) => api.getSkill({ id: 'git' }, context),
  listSkills: (api, context) => api.listSkills({ text: 'git' }, context),
  batchGetSkills: (api, context) => api.batchGetSkills({ ids: ['git'] }, context),
  getLearningPath: (api, context) => api.getLearningPath({ id: 'git' }, context),
  createSkill: (api, context) =>
    api.createSkill({ skill: { id: 'new', name: 'New', categoryIds: ['tools'] } }, context),
  updateSkill: (api, context) => api.updateSkill({ id: 'git', etag: '*', patch: { name: 'G' } }, context),
  deleteSkill: (api, context) => api.deleteSkill({ id: 'git', etag: '*' }, context),
  setProgress: (api, context) => api.setProgress({ skillId: 'git', status: 'LEARNING' }, context),
  listProgress: (api, context) => api.listProgress({}, context),
};
