/** The caller's selection is the encoding: our part is the documents, null for absent, and ids for references. */

import { parseInput } from '../../contract/inputs';
import type {
  Category,
  CategoryField,
  LearningPath,
  NewSkill,
  Page,
  Progress,
  Skill,
  SkillBatch,
  SkillField,
  SkillOrder,
  SkillPatch,
} from '../../contract/model';
import type { SkillGraph } from '../../contract/skill-graph';
import type { DeleteSkill, ListSkills, Operation } from '../../contract/skills-api';

// Answers: objects of the graph go out as they are; a page becomes a Relay connection.

export const encodePage = (
  { items, nextPageToken, totalSize }: Page<Skill>,
  query: ListSkills,
  graph: SkillGraph,
) => {
  const cursor = (skill: Skill): string => graph.pageTokenAfter(query, skill);
  const [first, last] = [items[0], items.at(-1)];
  return {
    nodes: items,
    edges: () => items.map((node) => ({ node, cursor: () => cursor(node) })),
    pageInfo: {
      hasNextPage: nextPageToken !== undefined,
      hasPreviousPage: false,
      startCursor: () => first && cursor(first),
      endCursor: () => nextPageToken ?? (last && cursor(last)),
    },
    totalSize,
  };
};

export type Connection = ReturnType<typeof encodePage>;

/** Unique in the whole schema, as Relay's object identification wants it. */
export const encodeNodeId = (type: 'Category' | 'Skill', id: string): string =>
  Buffer.from(`${type}:${id}`).toString('base64url');

export const decodeNodeId = (nodeId: string): { type: string; id: string } => {
  const [type = '', id = ''] = Buffer.from(nodeId, 'base64url').toString().split(':');
  return { type, id };
};

// A caller may write null for what is absent, except where null says something: in a patch.

export interface WireListSkills {
  filter?: { category?: string | null; tag?: string | null; text?: string | null } | null;
  orderBy?: SkillOrder | null;
  first?: number | null;
  after?: string | null;
}

export const decodeListSkills = ({ filter, orderBy, first, after }: WireListSkills): ListSkills =>
  withoutNulls({ ...filter, orderBy, pageSize: first, pageToken: after });

export const encodeListSkills = ({
  category,
  tag,
  text,
  orderBy,
  pageSize,
  pageToken,
}: ListSkills): WireListSkills => ({
  filter: { category, tag, text },
  orderBy,
  first: pageSize,
  after: pageToken,
});

export const decodeNewSkill = (skill: object): NewSkill => withoutNulls(skill as NewSkill);
export const decodeDeleteSkill = (input: DeleteSkill): DeleteSkill =>
  withoutNulls({ id: input.id, etag: input.etag });
export const decodePatch = (patch: object): SkillPatch => ({ ...patch });

const withoutNulls = <T extends object>(wire: { [K in keyof T]: T[K] | null }): T =>
  Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== null && value !== undefined)) as T;

// Selections: what our client asks for, field by field.

const CATEGORY = {
  id: 'id',
  name: 'name',
  summary: 'summary',
  parentId: 'parentId',
  position: 'position',
} as const satisfies Record<CategoryField, string>;

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

export type Reads = { readonly fields?: readonly string[] };

/** The selection set for the fields asked for; a name that is no field never becomes part of a document. */
const selection = (table: Record<string, string>, operation: Operation, input: Reads): string => {
  const names = input.fields?.length ? input.fields : Object.keys(table);
  if (!names.every((name) => Object.hasOwn(table, name))) parseInput(operation, input);
  return names.map((name) => table[name]).join(' ');
};

export const DOCUMENTS = {
  listCategories: (input: Reads) => `{ categories { ${selection(CATEGORY, 'listCategories', input)} } }`,
  getCategory: (input: Reads) =>
    `query ($id: ID!) { category(id: $id) { ${selection(CATEGORY, 'getCategory', input)} } }`,
  getSkill: (input: Reads) =>
    `query ($id: ID!) { skill(id: $id) { ${selection(SKILL, 'getSkill', input)} } }`,
  listSkills: (input: Reads) =>
    `query ($filter: SkillFilter, $orderBy: SkillOrder, $first: Int, $after: String) { skills(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { ${selection(SKILL, 'listSkills', input)} } pageInfo { hasNextPage endCursor } totalSize } }`,
  batchGetSkills: (input: Reads) =>
    `query ($ids: [ID!]!) { skillsById(ids: $ids) { skills { ${selection(SKILL, 'batchGetSkills', input)} } missingIds } }`,
  getLearningPath: (input: Reads) =>
    `query ($id: ID!) { skill(id: $id) { learningPath { skills { ${selection(SKILL, 'getLearningPath', input)} } edges { skillId requiresId } learnedIds } } }`,
  createSkill: () =>
    `mutation ($skill: NewSkill!, $idempotencyKey: String) { createSkill(skill: $skill, idempotencyKey: $idempotencyKey) { ${selection(SKILL, 'createSkill', {})} } }`,
  updateSkill: () =>
    `mutation ($id: ID!, $etag: String, $patch: SkillPatch!, $idempotencyKey: String) { updateSkill(id: $id, etag: $etag, patch: $patch, idempotencyKey: $idempotencyKey) { ${selection(SKILL, 'updateSkill', {})} } }`,
  deleteSkill: () =>
    'mutation ($id: ID!, $etag: String, $idempotencyKey: String) { deleteSkill(id: $id, etag: $etag, idempotencyKey: $idempotencyKey) }',
  setProgress: () =>
    `mutation ($skillId: ID!, $status: ProgressStatus!, $idempotencyKey: String) { setProgress(skillId: $skillId, status: $status, idempotencyKey: $idempotencyKey) { ${selection(PROGRESS, 'setProgress', {})} } }`,
  listProgress: () => `{ progress { ${selection(PROGRESS, 'listProgress', {})} } }`,
} as const satisfies Record<Operation, (input: Reads) => string>;

// Answers, read back: null is absent, and a reference is its id.

// biome-ignore lint/suspicious/noExplicitAny: JSON.parse says no more; the decoders below do.
export const decode = (json: string): any => {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
};

type Nullable<T, K extends keyof T> = Omit<T, K> & { [P in K]?: T[P] | null };
export type WireCategory = Nullable<Category, 'parentId'>;
export type WireSkill = Omit<Nullable<Skill, 'level'>, 'requires' | 'related'> & {
  requires?: { id: string }[];
  related?: { id: string }[];
};
export interface WireConnection {
  nodes: WireSkill[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
  totalSize: number;
}

export const decodeCategory = ({ parentId, ...category }: WireCategory): Category => ({
  ...category,
  ...(parentId != null && { parentId }),
});

export const decodeSkill = ({ level, requires, related, ...skill }: WireSkill): Skill =>
  ({
    ...skill,
    ...(level != null && { level }),
    ...(requires && { requires: requires.map(({ id }) => id) }),
    ...(related && { related: related.map(({ id }) => id) }),
  }) as Skill;

export const decodePage = ({ nodes, pageInfo, totalSize }: WireConnection): Page<Skill> => ({
  items: nodes.map(decodeSkill),
  ...(pageInfo.hasNextPage && { nextPageToken: pageInfo.endCursor }),
  totalSize,
});

export const decodeBatch = ({ skills, missingIds }: SkillBatch<WireSkill>): SkillBatch => ({
  skills: skills.map(decodeSkill),
  missingIds,
});

export const decodeLearningPath = ({ skills, edges, learnedIds }: LearningPath<WireSkill>): LearningPath => ({
  skills: skills.map(decodeSkill),
  edges,
  learnedIds,
});

export const decodeProgress = ({ skillId, status, updateTime }: Progress): Progress => ({
  skillId,
  status,
  updateTime,
});
