/** What there is to ask: each operation with the JSON Schema of its input, and an input that works. */

import { z } from 'zod';
import { TITLES } from '../compare';
import { INPUTS } from '../contract/inputs';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { type Input, OPERATION_NAMES, OPERATIONS, type Operation } from '../contract/skills-api';
import type { ExplorerInfo, JsonSchema } from './api';
import { PROVOCATIONS } from './provoke';
import { type ExplorerTarget, REQUIRED_IDENTITY } from './target';

/** Of the catalogue that is shipped. */
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
  listSkills: 'A page of skills: of a category, with a tag, or found by words.',
  batchGetSkills: 'Several skills by their ids, and which of those are not there.',
  getLearningPath: 'All that a skill requires, in an order in which it can be learned.',
  createSkill: 'Adds a skill.',
  updateSkill: 'Changes what the patch names, and leaves the rest of the skill.',
  deleteSkill: 'Removes a skill.',
  setProgress: 'Notes how far the learner is with a skill.',
  listProgress: 'How far the learner is with each skill.',
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
