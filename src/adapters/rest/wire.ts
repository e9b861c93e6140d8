/** JSON is the model as it is, so decoding is reading; XML is the same value in elements, lists as `<item>`s. */
import { XMLBuilder } from 'fast-xml-parser';
import { invalidArgument } from '../../contract/errors';
import type {
  Category,
  LearningPath,
  NewSkill,
  Page,
  Progress,
  Skill,
  SkillBatch,
  SkillOrder,
  SkillPatch,
} from '../../contract/model';
import type {
  BatchGetSkills,
  ById,
  CreateSkill,
  DeleteSkill,
  Fields,
  ListSkills,
  SetProgress,
  UpdateSkill,
} from '../../contract/skills-api';
import { memoizeByIdentity } from '../common/memoize';

/** Parameters by name; a list when the caller repeats one. */
export type Query = Record<string, string | string[] | undefined>;

// Answers: each encoder writes JSON text, with absent fields left out.

export const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): string =>
    JSON.stringify({ id, name, summary, parentId, position }),
);

export const encodeSkill = memoizeByIdentity((skill: Partial<Skill>): string =>
  JSON.stringify({
    id: skill.id,
    name: skill.name,
    summary: skill.summary,
    categoryIds: skill.categoryIds,
    tags: skill.tags,
    level: skill.level,
    requires: skill.requires,
    related: skill.related,
    aliases: skill.aliases,
    demonstrations: skill.demonstrations?.map(({ path, note }) => ({ path, note })),
    createTime: skill.createTime,
    updateTime: skill.updateTime,
    etag: skill.etag,
  }),
);

export const encodeCategories = (categories: readonly Partial<Category>[]): string =>
  `{"items":[${categories.map(encodeCategory).join()}]}`;

export const encodePage = ({ items, nextPageToken, totalSize }: Page<Partial<Skill>>): string => {
  const next = nextPageToken === undefined ? '' : `"nextPageToken":${JSON.stringify(nextPageToken)},`;
  return `{"items":[${items.map(encodeSkill).join()}],${next}"totalSize":${totalSize}}`;
};

export const encodeBatch = ({ skills, missingIds }: SkillBatch<Partial<Skill>>): string =>
  `{"skills":[${skills.map(encodeSkill).join()}],"missingIds":${JSON.stringify(missingIds)}}`;

export const encodeLearningPath = ({ skills, edges, learnedIds }: LearningPath<Partial<Skill>>): string =>
  `{"skills":[${skills.map(encodeSkill).join()}],"edges":${JSON.stringify(
    edges.map(({ skillId, requiresId }) => ({ skillId, requiresId })),
  )},"learnedIds":${JSON.stringify(learnedIds)}}`;

export const encodeProgress = ({ skillId, status, updateTime }: Progress): string =>
  JSON.stringify({ skillId, status, updateTime });

export const encodeProgressList = (all: readonly Progress[]): string =>
  `{"items":[${all.map(encodeProgress).join()}]}`;

// biome-ignore lint/suspicious/noExplicitAny: JSON.parse says no more; the answer is the model as it is.
export const decode = (json: string): any => (json === '' ? undefined : JSON.parse(json));

/** A JSON answer is an object, so that it can grow; the model's is the list in it. */
export const decodeCategories = ({ items }: { items: Category[] }): Category[] => items;
export const decodeProgressList = ({ items }: { items: Progress[] }): Progress[] => items;

const XML = new XMLBuilder({ suppressEmptyNode: true });

/** The JSON answer as XML under the given root. */
export const encodeXml = (root: string, json: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${XML.build({ [root]: withItems(JSON.parse(json)) })}`;

const withItems = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length > 0 ? { item: value.map(withItems) } : '';
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withItems(member)]));
};

// Requests: decoded only as far as the names and the numbers; the guard around the service proves the rest.

const ORDERS = {
  NAME: 'name',
  NAME_DESC: 'name desc',
  UPDATE_TIME: 'updateTime',
  UPDATE_TIME_DESC: 'updateTime desc',
} as const satisfies Record<SkillOrder, string>;

export const encodeFields = ({ fields }: Fields<string>): Query => ({
  fields: fields?.length ? fields.join() : undefined,
});

export const encodeListSkills = ({
  text,
  orderBy,
  pageSize,
  ...query
}: ListSkills & Fields<string>): Query => ({
  category: query.category,
  q: text,
  tag: query.tag,
  orderBy: orderBy && ORDERS[orderBy],
  pageSize: pageSize === undefined ? undefined : String(pageSize),
  pageToken: query.pageToken,
  ...encodeFields(query),
});

export const encodeBatchGetSkills = ({ ids, fields }: BatchGetSkills & Fields<string>): Query => ({
  ids: [...ids],
  ...encodeFields({ fields }),
});

export const decodeFields = <F extends string>(query: Query): Fields<F> => {
  const { fields } = known(query, ['fields']);
  const names = [fields ?? []].flat().join().split(',').filter(Boolean);
  return names.length > 0 ? { fields: names as F[] } : {};
};

export const decodeById = <F extends string>(id: string, query: Query): ById & Fields<F> => ({
  id,
  ...decodeFields(query),
});

export const decodeListSkills = <F extends string>({ fields, ...query }: Query): ListSkills & Fields<F> => {
  const { category, q, tag, orderBy, pageSize, pageToken } = once(
    known(query, ['category', 'q', 'tag', 'orderBy', 'pageSize', 'pageToken']),
  );
  return {
    ...(category !== undefined && { category }),
    ...(q !== undefined && { text: q }),
    ...(tag !== undefined && { tag }),
    ...(orderBy !== undefined && { orderBy: decodeOrder(orderBy) }),
    ...(pageSize !== undefined && { pageSize: decodeInteger('pageSize', pageSize) }),
    ...(pageToken !== undefined && { pageToken }),
    ...decodeFields<F>({ fields }),
  };
};

export const decodeBatchGetSkills = <F extends string>({
  ids,
  ...query
}: Query): BatchGetSkills & Fields<F> => ({ ids: [ids ?? []].flat(), ...decodeFields<F>(query) });

export const decodeCreateSkill = (query: Query, body: unknown): CreateSkill => ({
  ...known(query, []),
  skill: body as NewSkill,
});

export const decodeUpdateSkill = (
  id: string,
  etag: string | undefined,
  query: Query,
  body: unknown,
): UpdateSkill => ({
  ...decodeDeleteSkill(id, etag, query),
  patch: body as SkillPatch,
});

export const decodeDeleteSkill = (id: string, etag: string | undefined, query: Query): DeleteSkill => ({
  ...known(query, []),
  id,
  ...(etag !== undefined && { etag }),
});

export const decodeSetProgress = (skillId: string, query: Query, body: unknown): SetProgress => {
  if (Object.hasOwn(Object(body), 'skillId'))
    throw invalidArgument('skillId', 'must stand in the path alone');
  return { ...known(query, []), ...((typeof body === 'object' ? body : {}) as SetProgress), skillId };
};

export const decodeListProgress = (query: Query): Record<string, never> => {
  known(query, []);
  return {};
};

const decodeOrder = (text: string): SkillOrder => {
  const found = Object.entries(ORDERS).find(([, name]) => name === text);
  if (!found) throw invalidArgument('orderBy', `must be one of ${Object.values(ORDERS).join(', ')}`);
  return found[0] as SkillOrder;
};

const decodeInteger = (name: string, text: string): number => {
  if (!/^-?\d{1,15}$/.test(text)) throw invalidArgument(name, 'must be a whole number');
  return Number(text);
};

const known = (query: Query, names: readonly string[]): Query => {
  const stranger = Object.keys(query).find((name) => !names.includes(name));
  if (stranger !== undefined) throw invalidArgument(stranger, 'is not a known parameter');
  return query;
};

const once = (query: Query): Record<string, string | undefined> => {
  const twice = Object.keys(query).find((name) => Array.isArray(query[name]));
  if (twice !== undefined) throw invalidArgument(twice, 'must be given once');
  return query as Record<string, string | undefined>;
};
