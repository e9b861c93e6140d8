/** Describes the explorer to its page: each operation with the JSON Schema of its input and a working example. */

import { z } from 'zod';
import { TITLES } from '../compare';
import { INPUTS } from '../contract/inputs';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { type Input, OPERATION_NAMES, OPERATIONS, type Operation } from '../contract/skills-api';
import type { ExplorerInfo, JsonSchema } from './api';
import { PROVOCATIONS } from './provoke';
import { type ExplorerTarget, REQUIRED_IDENTITY } from './target';

/** Valid for the shipped catalogue. */
const EXAMPLES = {
  listCategories: { fields: ['id', 'name', 'parentId'] },
  getCategory: { id: 'databases' },
  getSkill: { id: 'graphql' },
  listSkills: { category: 'databases', pageSize: 3, fields: ['id', 'name', 'level'] },
  batchGetSkills: { ids: ['rest', 'soap', 'cobol'], fields: ['id', 'name'] },
  getLearningPath: { id: 'graphql', fields: ['id', 'name'] },
  createSkill: {
    skill: { id: 'web-sockets', name: 'WebSockets', categoryIds: ['api-styles'], related: ['rest', 'rpc'] },
  },
  updateSkill: { id: 'git', etag: '*', patch: { level: 'BEGINNER' } },
  deleteSkill: { id: 'web-sockets', etag: '*' },
  setProgress: { skillId: 'git', status: 'LEARNED' },
  listProgress: {},
} as const satisfies { [O in Operation]: Input<O> };

const SUMMARIES = {
  listCategories: 'All categories, parents before their children.',
  getCategory: 'One category, by its id.',
  getSkill: 'One skill, by its id.',
  listSkills: 'A page of skills, filtered by category, tag or text.',
  batchGetSkills: 'Several skills by their ids, and the ids that do not exist.',
  getLearningPath: 'All prerequisites of a skill, in learning order.',
  createSkill: 'Adds a skill.',
  updateSkill: 'Changes the fields that the patch names and keeps the others.',
  deleteSkill: 'Removes a skill.',
  setProgress: 'Records the progress of the learner with a skill.',
  listProgress: 'The progress of the learner with each skill.',
} as const satisfies Record<Operation, string>;

const schemaOf = (operation: Operation): JsonSchema =>
  z.toJSONSchema(INPUTS[operation], { io: 'input' }) as JsonSchema;

export const explorerInfo = ({ addresses, issue }: ExplorerTarget): ExplorerInfo => ({
  protocols: PROTOCOL_NAMES.map((name) => ({ name, title: TITLES[name], address: addresses[name] })),
  operations: OPERATION_NAMES.map((name) => ({
    name,
    kind: OPERATIONS[name],
    summary: SUMMARIES[name],
    requiredIdentity: REQUIRED_IDENTITY[name],
    schema: schemaOf(name),
    example: EXAMPLES[name],
  })),
  provocations: PROVOCATIONS.map(({ prepare: _, ...info }) => info),
  makesTokens: issue !== undefined,
});
