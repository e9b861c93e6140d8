/** What there is to ask: each operation with the JSON Schema of its input, and an input that works. */
import { z } from 'zod';
import { TITLES } from '../compare/report/format';
import { INPUTS } from '../contract/inputs';
import { PROTOCOL_NAMES } from '../contract/protocol';
import { type Input, OPERATION_NAMES, OPERATIONS, type Operation } from '../contract/skills-api';
import type { About, JsonSchema } from './api';
import { type Explored, NEEDED_AS } from './explored';
import { PROVOCATIONS } from './provoke';

/** Of the catalogue that is shipped. */
const EXAMPLES = {
  listCategories: { fields: ['id', 'name', 'parentId'] },
  getCategory: { id: 'databases' },
  getSkill: { id: 'graphql' },
  listSkills: { category: 'databases', pageSize: 3, fields: ['id', 'name', 'level'] },
  batchGetSkills: { ids: ['rest', 'soap', 'cobol'], fields: ['id', 'name'] },
  getLearningPath: { id: 'graphql', fields: ['id', 'name'] },
  createSkill: {
    skill: { id: 'web-sockets', name: 'WebSockets', categoryIds: ['api-styles'], requires: ['http'] },
  },
  updateSkill: { id: 'git', etag: '*', patch: { level: 'BEGINNER' } },
  deleteSkill: { id: 'web-sockets', etag: '*' },
  setProgress: { skillId: 'git', status: 'LEARNED' },
  listProgress: {},
} as const satisfies { [O in Operation]: Input<O> };

const schemaOf = (operation: Operation): JsonSchema =>
  z.toJSONSchema(INPUTS[operation], { io: 'input' }) as JsonSchema;

export const aboutOf = ({ addresses, issue }: Explored): About => ({
  protocols: PROTOCOL_NAMES.map((name) => ({ name, title: TITLES[name], address: addresses[name] })),
  operations: OPERATION_NAMES.map((name) => ({
    name,
    kind: OPERATIONS[name],
    needs: NEEDED_AS[name],
    schema: schemaOf(name),
    example: EXAMPLES[name],
  })),
  provocations: PROVOCATIONS.map(({ name, title, about, operation }) => ({ name, title, about, operation })),
  makesTokens: issue !== undefined,
});
