/** The calls of the golden files: every operation, field masks, and each kind of error. */
import type { Call } from '../../src/calls/call';
import { requiresToken } from '../../src/calls/tokens';
import type { SkillMap } from '../../src/domain/seed';

/** A small catalogue with an absent level, empty and one-item lists, and text that each format must escape. */
export const GOLDEN_MAP: SkillMap = {
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
    // The fields of these two that the README shows equal the shipped catalogue.
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

export interface GoldenCall extends Omit<Call, 'context'> {
  readonly title: string;
  /** The scopes of the token; absent if the call has no token. */
  readonly scopes?: readonly string[];
  readonly idempotencyKey?: string;
}

type GoldenCallOptions = Pick<GoldenCall, 'scopes' | 'idempotencyKey'>;

const goldenCall = (
  title: string,
  operation: GoldenCall['operation'],
  input: GoldenCall['input'],
  more: GoldenCallOptions = {},
): GoldenCall => ({
  title,
  operation,
  input,
  ...(requiresToken(operation) && { scopes: ['skills:write'] }),
  ...more,
});

const NEW_SKILL = { skill: { id: 'grpc', name: 'gRPC', categoryIds: ['api-styles'] } };

/** In SkillsApi order. Each starts with a new service on the catalogue above, so writes are independent. */
export const GOLDEN_CALLS: readonly GoldenCall[] = [
  goldenCall('listCategories', 'listCategories', {}),
  goldenCall('listCategories-page', 'listCategories', { pageSize: 1, fields: ['id'] }),
  goldenCall('getCategory', 'getCategory', { id: 'api-styles' }),
  goldenCall('getSkill', 'getSkill', { id: 'json' }),
  goldenCall('getSkill-absent-and-empty', 'getSkill', { id: 'graphql' }),
  goldenCall('getSkill-fields', 'getSkill', { id: 'github', fields: ['id', 'level', 'requires'] }),
  goldenCall('getSkill-not-found', 'getSkill', { id: 'cobol' }),
  goldenCall('listSkills', 'listSkills', {
    category: 'apis',
    orderBy: 'NAME_DESC',
    pageSize: 1,
    fields: ['id', 'name'],
  }),
  goldenCall('listSkills-invalid', 'listSkills', { text: 'x', pageSize: -1 }),
  goldenCall('batchGetSkills', 'batchGetSkills', {
    ids: ['graphql', 'cobol', 'json'],
    fields: ['id', 'tags'],
  }),
  goldenCall('getLearningPath', 'getLearningPath', { id: 'graphql', fields: ['id'] }, { scopes: [] }),
  goldenCall('createSkill', 'createSkill', {
    skill: {
      id: 'grpc',
      name: 'gRPC',
      categoryIds: ['api-styles'],
      level: 'INTERMEDIATE',
      requires: ['json'],
    },
  }),
  goldenCall('createSkill-invalid', 'createSkill', {
    skill: { id: 'grpc', name: '', categoryIds: ['api-styles'], requires: ['cobol', 'Not a slug'] },
  }),
  goldenCall('createSkill-already-exists', 'createSkill', {
    skill: { id: 'json', name: 'JSON', categoryIds: ['apis'] },
  }),
  goldenCall('createSkill-idempotency-key', 'createSkill', NEW_SKILL, {
    idempotencyKey: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  }),
  goldenCall('createSkill-without-token', 'createSkill', NEW_SKILL, { scopes: undefined }),
  goldenCall('createSkill-without-scope', 'createSkill', NEW_SKILL, { scopes: [] }),
  goldenCall('updateSkill', 'updateSkill', {
    id: 'json',
    etag: '*',
    patch: { summary: '', tags: [], level: null, aliases: ['JSON5'] },
  }),
  goldenCall('updateSkill-without-etag', 'updateSkill', { id: 'json', patch: { name: 'Json' } }),
  goldenCall('updateSkill-stale', 'updateSkill', { id: 'json', etag: 'long-ago', patch: { name: 'Json' } }),
  goldenCall('deleteSkill', 'deleteSkill', { id: 'graphql', etag: '*' }),
  goldenCall('deleteSkill-required', 'deleteSkill', { id: 'json', etag: '*' }),
  goldenCall('setProgress', 'setProgress', { skillId: 'graphql', status: 'LEARNING' }),
  goldenCall('listProgress', 'listProgress', {}),
];
