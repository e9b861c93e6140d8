/** The SDL, published at /schema.graphql: Apollo makes its schema from this text. Enum values have the domain's names. */
import type { Operation } from '../../contract/skills-api';
import { readContract } from '../common/contract-file';
import { contractNames } from '../common/contract-names';

export const PATH = '/graphql';

export const SDL: string = readContract('graphql', 'skills.graphql');

/** The field that answers each operation. */
export const ROUTES = {
  listCategories: 'categories',
  getCategory: 'category',
  getSkill: 'skill',
  listSkills: 'skills',
  batchGetSkills: 'skillsById',
  getLearningPath: 'learningPath',
  createSkill: 'createSkill',
  updateSkill: 'updateSkill',
  deleteSkill: 'deleteSkill',
  setProgress: 'setProgress',
  listProgress: 'progress',
} as const satisfies Record<Operation, string>;

/** The arguments that have another name than the input. */
export const NAMES = contractNames({
  category: 'filter.category',
  tag: 'filter.tag',
  text: 'filter.text',
  pageSize: 'first',
  pageToken: 'after',
});
