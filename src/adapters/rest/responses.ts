/** A REST response has a status and headers per operation; its body is the model itself, as JSON or, on request, as XML. */
import type { Category, Page, Progress, Skill } from '../../contract/model';
import type { ResponseCodecs } from '../common/codecs';
import { memoizeByIdentity } from '../common/memoize';
import { encodeEtag } from './context';
import { isUnchanged } from './preconditions';
import type { ReceivedRequest } from './requests';
import { BASE } from './schema';

export interface RestResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** The root element of an XML body. */
  readonly root?: string;
  readonly json?: string;
}

/** An absent field is left out of the JSON, which JSON.stringify does with undefined. */
const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): string =>
    JSON.stringify({ id, name, summary, parentId, position }),
);

const encodeSkill = memoizeByIdentity((skill: Partial<Skill>): string =>
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

const encodeProgress = ({ skillId, status, updateTime }: Progress): string =>
  JSON.stringify({ skillId, status, updateTime });

// biome-ignore lint/suspicious/noExplicitAny: JSON.parse gives any; the body is the model itself.
type Json = any;

const ok = (root: string, json: string, headers?: Record<string, string>): RestResponse => ({
  status: 200,
  headers,
  root,
  json,
});

const etagHeader = ({ etag }: Skill, { format }: ReceivedRequest) => ({ ETag: encodeEtag(etag, format) });

/** The same query with the next page's token (RFC 8288). */
const nextLink = ({ nextPageToken }: Page<unknown>, { url, linkTo }: ReceivedRequest) => {
  if (nextPageToken === undefined) return undefined;
  const [path = '', search] = url.split('?');
  const next = new URLSearchParams(search);
  next.set('pageToken', nextPageToken);
  return { Link: `<${linkTo(path)}?${next}>; rel="next"` };
};

/** The body is the model itself, so there is nothing to decode. */
const asModel = (json: Json) => json;

const pageOf = <Item>(root: string, encodeItem: (item: Item) => string) => ({
  encode: (page: Page<Item>, request: ReceivedRequest): RestResponse => {
    const { items, nextPageToken, totalSize } = page;
    const next = nextPageToken === undefined ? '' : `"nextPageToken":${JSON.stringify(nextPageToken)},`;
    const json = `{"items":[${items.map(encodeItem).join()}],${next}"totalSize":${totalSize}}`;
    return ok(root, json, nextLink(page, request));
  },
  decode: asModel,
});

export const RESPONSES: ResponseCodecs<RestResponse, Json, ReceivedRequest> = {
  listCategories: pageOf('categories', encodeCategory),
  getCategory: { encode: (category) => ok('category', encodeCategory(category)), decode: asModel },
  getSkill: {
    encode: (skill, request) => {
      // A partial skill has no ETag: the tag stands for the whole.
      const headers = request.query.fields ? undefined : etagHeader(skill, request);
      if (isUnchanged(request.headers, request.path.id!, headers?.ETag)) return { status: 304, headers };
      return ok('skill', encodeSkill(skill), headers);
    },
    decode: asModel,
  },
  listSkills: pageOf('page', encodeSkill),
  batchGetSkills: {
    encode: ({ skills, missingIds }) => {
      const json = `{"skills":[${skills.map(encodeSkill).join()}],"missingIds":${JSON.stringify(missingIds)}}`;
      return ok('batch', json);
    },
    decode: asModel,
  },
  getLearningPath: {
    encode: ({ skills, edges, learnedIds }) => {
      const pairs = JSON.stringify(edges.map(({ skillId, requiresId }) => ({ skillId, requiresId })));
      const json = `{"skills":[${skills.map(encodeSkill).join()}],"edges":${pairs},"learnedIds":${JSON.stringify(learnedIds)}}`;
      return ok('learningPath', json);
    },
    decode: asModel,
  },
  createSkill: {
    encode: (skill, request) => ({
      ...ok('skill', encodeSkill(skill)),
      status: 201,
      headers: { Location: request.linkTo(`${BASE}/skills/${skill.id}`), ...etagHeader(skill, request) },
    }),
    decode: asModel,
  },
  updateSkill: {
    encode: (skill, request) => ok('skill', encodeSkill(skill), etagHeader(skill, request)),
    decode: asModel,
  },
  deleteSkill: { encode: () => ({ status: 204 }), decode: asModel },
  setProgress: { encode: (progress) => ok('progress', encodeProgress(progress)), decode: asModel },
  listProgress: pageOf('progressList', encodeProgress),
};
