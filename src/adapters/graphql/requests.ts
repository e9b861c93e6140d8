/** A GraphQL request is a document, which selects the fields of the response, and its variables. */
import { parseInput } from '../../contract/inputs';
import type { CategoryField, NewSkill, Progress, SkillField, SkillPatch } from '../../contract/model';
import type { Input, Operation } from '../../contract/skills-api';
import type { RequestCodecs } from '../common/codecs';
import { present } from '../common/present';
import { decodePaging, encodePaging, selectPage } from './connection';
import { ROUTES } from './schema';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: object;
}

const CATEGORY = {
  id: 'id',
  name: 'name',
  summary: 'summary',
  parentId: 'parentId',
  position: 'position',
} as const satisfies Record<CategoryField, string>;

/** A reference is an object of the graph; the client selects its id. */
const SKILL = {
  id: 'id',
  name: 'name',
  summary: 'summary',
  categoryIds: 'categoryIds',
  tags: 'tags',
  level: 'level',
  requires: 'requires { id }',
  related: 'related { id }',
  aliases: 'aliases',
  demonstrations: 'demonstrations { path note }',
  createTime: 'createTime',
  updateTime: 'updateTime',
  etag: 'etag',
} as const satisfies Record<SkillField, string>;

const PROGRESS = {
  skillId: 'skillId',
  status: 'status',
  updateTime: 'updateTime',
} as const satisfies Record<keyof Progress, string>;

type Selected = { readonly fields?: readonly string[] };

/** A selection set; an unknown field is rejected here, so that it never becomes part of a document. */
const select = (table: Record<string, string>, operation: Operation, input: Selected = {}): string => {
  const names = input.fields?.length ? input.fields : Object.keys(table);
  if (!names.every((name) => Object.hasOwn(table, name))) parseInput(operation, input);
  return `{ ${names.map((name) => table[name]).join(' ')} }`;
};

/** The document that the client sends for each operation. `input.fields` are the fields to select, all by default. */
export const DOCUMENTS = {
  listCategories: (input) =>
    `query ($first: Int, $after: String) { ${ROUTES.listCategories}(first: $first, after: $after) ${selectPage(select(CATEGORY, 'listCategories', input))} }`,
  getCategory: (input) =>
    `query ($id: ID!) { ${ROUTES.getCategory}(id: $id) ${select(CATEGORY, 'getCategory', input)} }`,
  getSkill: (input) => `query ($id: ID!) { ${ROUTES.getSkill}(id: $id) ${select(SKILL, 'getSkill', input)} }`,
  listSkills: (input) =>
    `query ($filter: SkillFilter, $orderBy: SkillOrder, $first: Int, $after: String) { ${ROUTES.listSkills}(filter: $filter, orderBy: $orderBy, first: $first, after: $after) ${selectPage(select(SKILL, 'listSkills', input))} }`,
  batchGetSkills: (input) =>
    `query ($ids: [ID!]!) { ${ROUTES.batchGetSkills}(ids: $ids) { skills ${select(SKILL, 'batchGetSkills', input)} missingIds } }`,
  getLearningPath: (input) =>
    `query ($id: ID!) { ${ROUTES.getSkill}(id: $id) { ${ROUTES.getLearningPath} { skills ${select(SKILL, 'getLearningPath', input)} edges { skillId requiresId } learnedIds } } }`,
  createSkill: () =>
    `mutation ($skill: NewSkill!, $idempotencyKey: String) { ${ROUTES.createSkill}(skill: $skill, idempotencyKey: $idempotencyKey) ${select(SKILL, 'createSkill')} }`,
  updateSkill: () =>
    `mutation ($id: ID!, $etag: String, $patch: SkillPatch!, $idempotencyKey: String) { ${ROUTES.updateSkill}(id: $id, etag: $etag, patch: $patch, idempotencyKey: $idempotencyKey) ${select(SKILL, 'updateSkill')} }`,
  deleteSkill: () =>
    `mutation ($id: ID!, $etag: String, $idempotencyKey: String) { ${ROUTES.deleteSkill}(id: $id, etag: $etag, idempotencyKey: $idempotencyKey) }`,
  setProgress: () =>
    `mutation ($skillId: ID!, $status: ProgressStatus!, $idempotencyKey: String) { ${ROUTES.setProgress}(skillId: $skillId, status: $status, idempotencyKey: $idempotencyKey) ${select(PROGRESS, 'setProgress')} }`,
  listProgress: () =>
    `query ($first: Int, $after: String) { ${ROUTES.listProgress}(first: $first, after: $after) ${selectPage(select(PROGRESS, 'listProgress'))} }`,
} as const satisfies Record<Operation, (input: Selected) => string>;

// biome-ignore lint/suspicious/noExplicitAny: the arguments' types are in the SDL, which Apollo enforces.
type Arguments = any;

const request = (operation: Operation, input: Selected, variables?: object): GraphqlRequest => ({
  query: DOCUMENTS[operation](input),
  variables,
});

const BY_ID = <O extends 'getCategory' | 'getSkill' | 'getLearningPath'>(operation: O) => ({
  encode: (input: Input<O>) => request(operation, input, { id: input.id }),
  decode: ({ id }: Arguments) => ({ id }),
});

/** A client may write null for an absent argument; within a skill or a patch, null is a value, which the service judges. */
const withoutNulls = <T extends object>(input: { readonly [K in keyof T]: T[K] | null | undefined }): T =>
  present(Object.fromEntries(Object.entries(input).map(([name, value]) => [name, value ?? undefined]))) as T;

/** The client encodes a document with variables; the server decodes the arguments of the operation's field. */
export const REQUESTS: RequestCodecs<GraphqlRequest, Arguments> = {
  listCategories: {
    encode: ({ fields, ...paging }) => request('listCategories', { fields }, encodePaging(paging)),
    decode: decodePaging,
  },
  getCategory: BY_ID('getCategory'),
  getSkill: BY_ID('getSkill'),
  listSkills: {
    encode: ({ category, tag, text, orderBy, fields, ...paging }) => {
      const filter = { category, tag, text };
      return request('listSkills', { fields }, { filter, orderBy, ...encodePaging(paging) });
    },
    decode: ({ filter, orderBy, ...paging }) => withoutNulls({ ...filter, orderBy, ...decodePaging(paging) }),
  },
  batchGetSkills: {
    encode: (input) => request('batchGetSkills', input, { ids: input.ids }),
    decode: ({ ids }) => ({ ids }),
  },
  getLearningPath: BY_ID('getLearningPath'),
  createSkill: {
    encode: (input) => request('createSkill', {}, input),
    decode: ({ skill }) => ({ skill: { ...(skill as NewSkill) } }),
  },
  // In a patch null removes the level and an absent field stays, so nulls are kept there. graphql-js makes a patch without a
  // prototype; the copy has one.
  updateSkill: {
    encode: (input) => request('updateSkill', {}, input),
    decode: ({ id, etag, patch }) => ({ ...withoutNulls({ id, etag }), patch: { ...(patch as SkillPatch) } }),
  },
  deleteSkill: {
    encode: (input) => request('deleteSkill', {}, input),
    decode: ({ id, etag }) => withoutNulls({ id, etag }),
  },
  setProgress: {
    encode: (input) => request('setProgress', {}, input),
    decode: ({ skillId, status }) => ({ skillId, status }),
  },
  listProgress: {
    encode: (input) => request('listProgress', {}, encodePaging(input)),
    decode: decodePaging,
  },
};
