/** What the golden files show: every operation once, the ways to ask for less, and each form of an error. */
import type { Call } from '../../src/calls/call';
import { requiresToken } from '../../src/calls/tokens';
import type { SkillMap } from '../../src/domain/seed';

/** Small enough to read, with an absent level, empty and one-item lists, and text that each format must escape. */
export const MAP: SkillMap = {
  createTime: '2026-01-02T03:04:05.000Z',
  categories: [
    { id: 'apis', name: 'APIs', summary: 'How programs talk.', position: 1 },
    { id: 'api-styles', name: 'API styles', summary: '', parentId: 'apis', position: 1 },
  ],
  skills: [
    {
      id: 'json',
      name: 'JSON',
      summary: 'Objects & arrays: {"a": [1 < 2]} ]]>\n\t– done.',
      categoryIds: ['apis'],
      tags: ['format'],
      level: 'BEGINNER',
      requires: [],
      related: [],
      aliases: ['JavaScript Object Notation', 'ECMA-404'],
      demonstrations: [{ path: 'src/adapters/rest/wire.ts', note: '' }],
    },
    {
      id: 'graphql',
      name: 'GraphQL',
      summary: '',
      categoryIds: ['apis', 'api-styles'],
      tags: [],
      requires: ['json'],
      related: [],
      aliases: [],
      demonstrations: [],
    },
    // These two, as far as the README shows them, are as in the catalogue that is shipped.
    {
      id: 'git',
      name: 'Git',
      summary: '',
      categoryIds: ['apis'],
      tags: [],
      requires: [],
      related: [],
      aliases: [],
      demonstrations: [],
    },
    {
      id: 'github',
      name: 'GitHub',
      summary: '',
      categoryIds: ['apis'],
      tags: [],
      requires: ['git'],
      related: [],
      aliases: [],
      demonstrations: [],
    },
  ],
};

export interface Scene extends Omit<Call, 'context'> {
  readonly title: string;
  /** The scopes of the token; none is sent where absent. */
  readonly scopes?: readonly string[];
  readonly idempotencyKey?: string;
}

type More = Pick<Scene, 'scopes' | 'idempotencyKey'>;

const scene = (
  title: string,
  operation: Scene['operation'],
  input: Scene['input'],
  more: More = {},
): Scene => ({
  title,
  operation,
  input,
  ...(requiresToken(operation) && { scopes: ['skills:write'] }),
  ...more,
});

const NEW_SKILL = { skill: { id: 'grpc', name: 'gRPC', categoryIds: ['api-styles'] } };

/** In THE order; each begins on the map above, so that writes do not see one another. */
export const SCENES: readonly Scene[] = [
  scene('listCategories', 'listCategories', {}),
  scene('getCategory', 'getCategory', { id: 'api-styles' }),
  scene('getSkill', 'getSkill', { id: 'json' }),
  scene('getSkill-absent-and-empty', 'getSkill', { id: 'graphql' }),
  scene('getSkill-fields', 'getSkill', { id: 'github', fields: ['id', 'level', 'requires'] }),
  scene('getSkill-not-found', 'getSkill', { id: 'cobol' }),
  scene('listSkills', 'listSkills', {
    category: 'apis',
    orderBy: 'NAME_DESC',
    pageSize: 1,
    fields: ['id', 'name'],
  }),
  scene('listSkills-invalid', 'listSkills', { text: 'x', pageSize: -1 }),
  scene('batchGetSkills', 'batchGetSkills', { ids: ['graphql', 'cobol', 'json'], fields: ['id', 'tags'] }),
  scene('getLearningPath', 'getLearningPath', { id: 'graphql', fields: ['id'] }, { scopes: [] }),
  scene('createSkill', 'createSkill', {
    skill: {
      id: 'grpc',
      name: 'gRPC',
      categoryIds: ['api-styles'],
      level: 'INTERMEDIATE',
      requires: ['json'],
    },
  }),
  scene('createSkill-invalid', 'createSkill', {
    skill: { id: 'grpc', name: '', categoryIds: ['api-styles'], requires: ['cobol', 'Not a slug'] },
  }),
  scene('createSkill-already-exists', 'createSkill', {
    skill: { id: 'json', name: 'JSON', categoryIds: ['apis'] },
  }),
  scene('createSkill-idempotency-key', 'createSkill', NEW_SKILL, {
    idempotencyKey: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  }),
  scene('createSkill-without-token', 'createSkill', NEW_SKILL, { scopes: undefined }),
  scene('createSkill-without-scope', 'createSkill', NEW_SKILL, { scopes: [] }),
  scene('updateSkill', 'updateSkill', {
    id: 'json',
    etag: '*',
    patch: { summary: '', tags: [], level: null, aliases: ['JSON5'] },
  }),
  scene('updateSkill-without-etag', 'updateSkill', { id: 'json', patch: { name: 'Json' } }),
  scene('updateSkill-stale', 'updateSkill', { id: 'json', etag: 'long-ago', patch: { name: 'Json' } }),
  scene('deleteSkill', 'deleteSkill', { id: 'graphql', etag: '*' }),
  scene('deleteSkill-required', 'deleteSkill', { id: 'json', etag: '*' }),
  scene('setProgress', 'setProgress', { skillId: 'graphql', status: 'LEARNING' }),
  scene('listProgress', 'listProgress', {}),
];
