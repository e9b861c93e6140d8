/** A REST request is spread over path, query, headers and body; its JSON body is the model itself. */
import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, type SkillsError } from '../../contract/errors';
import type { NewSkill, SkillPatch } from '../../contract/model';
import type { ById, Fields, ListSkills, Paging, SetProgress } from '../../contract/skills-api';
import type { RequestCodecs } from '../common/codecs';
import { decodeOrder, decodePageSize } from '../common/decode-values';
import { present } from '../common/present';
import { decodeIfMatch, encodeIfMatch, type Format } from './context';
import { NAMES, ORDERS } from './schema';

/** Parameters by name; a repeated parameter has a list. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

export interface RestRequest {
  /** Path parameters by name. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface ReceivedRequest extends Required<Omit<RestRequest, 'headers'>> {
  readonly headers: IncomingHttpHeaders;
  /** The format that the client prefers for the response. */
  readonly format: Format;
  /** Path and query string. */
  readonly url: string;
  /** A path of this server as clients reach it, for a link. */
  readonly linkTo: (path: string) => string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const MERGE_PATCH_TYPE = { 'content-type': 'application/merge-patch+json' };

const encodeFields = ({ fields }: Fields<string>): Query => ({
  fields: fields?.length ? fields.join() : undefined,
});

const decodeFields = <F extends string>(query: Query): Fields<F> => {
  const { fields } = rejectUnknownParameters(query, ['fields']);
  if (fields === undefined) return {};
  const names = [fields].flat().join().split(',').filter(Boolean);
  return names.length > 0 ? { fields: names as F[] } : {};
};

const encodePaging = ({ pageSize, pageToken }: Paging): Query => ({
  pageSize: pageSize?.toString(),
  pageToken,
});

/** The parameters of a page and of its filters, each at most once. */
const decodePage = (query: Query, ...filters: readonly string[]) => {
  rejectUnknownParameters(query, ['pageSize', 'pageToken', ...filters]);
  const repeated = Object.keys(query).find((name) => Array.isArray(query[name]));
  if (repeated !== undefined) throw invalidParameter(repeated, 'must be given once');
  const { pageSize, ...page } = query as Record<'q' | keyof ListSkills, string | undefined>;
  return present({ ...page, pageSize: decodePageSize(pageSize) });
};

const BY_ID = {
  encode: ({ id, ...input }: ById & Fields<string>): RestRequest => ({
    path: { id },
    query: encodeFields(input),
  }),
  decode: <F extends string>({ path, query }: ReceivedRequest): ById & Fields<F> => ({
    id: path.id!,
    ...decodeFields<F>(query),
  }),
};

const rejectUnknownParameters = (query: Query, names: readonly string[]): Query => {
  for (const name in query)
    if (!names.includes(name)) throw invalidParameter(name, 'is not a known parameter');
  return query;
};

/** Errors have the names of the domain until they are encoded. */
const invalidParameter = (name: string, description: string): SkillsError =>
  invalidArgument(NAMES.otherField(name), description);

/** For an operation without query parameters. */
const rejectParameters = <T>(query: Query, input: T): T => {
  rejectUnknownParameters(query, []);
  return input;
};

/** The service validates the values that these decoders pass on. */
export const REQUESTS: RequestCodecs<RestRequest, ReceivedRequest> = {
  listCategories: {
    encode: (input) => ({ query: { ...encodePaging(input), ...encodeFields(input) } }),
    decode: ({ query: { fields, ...query } }) => ({ ...decodePage(query), ...decodeFields({ fields }) }),
  },
  getCategory: BY_ID,
  getSkill: BY_ID,
  listSkills: {
    encode: ({ category, text, tag, orderBy, ...input }) => ({
      query: {
        category,
        q: text,
        tag,
        orderBy: orderBy && ORDERS[orderBy],
        ...encodePaging(input),
        ...encodeFields(input),
      },
    }),
    decode: ({ query: { fields, ...query } }) => {
      const { q, orderBy, ...page } = decodePage(query, 'category', 'tag', 'q', 'orderBy');
      return present({
        ...page,
        text: q,
        orderBy: orderBy === undefined ? undefined : decodeOrder(NAMES.values.orderBy, orderBy),
        ...decodeFields({ fields }),
      });
    },
  },
  batchGetSkills: {
    encode: ({ ids, ...input }) => ({ query: { ids: [...ids], ...encodeFields(input) } }),
    decode: ({ query: { ids, ...query } }) => ({ ids: [ids ?? []].flat(), ...decodeFields(query) }),
  },
  getLearningPath: BY_ID,
  createSkill: {
    encode: ({ skill }) => ({ headers: JSON_TYPE, body: skill }),
    decode: ({ query, body }) => rejectParameters(query, { skill: body as NewSkill }),
  },
  // A JSON Merge Patch (RFC 7396): null removes the level, an absent field stays. The etag is a header, If-Match.
  updateSkill: {
    encode: ({ id, etag, patch }) => ({
      path: { id },
      headers: { ...MERGE_PATCH_TYPE, ...encodeIfMatch(etag) },
      body: patch,
    }),
    decode: ({ path, query, headers, body }) => {
      const etag = decodeIfMatch(headers);
      return rejectParameters(query, present({ id: path.id!, etag, patch: body as SkillPatch }));
    },
  },
  deleteSkill: {
    encode: ({ id, etag }) => ({ path: { id }, headers: encodeIfMatch(etag) }),
    decode: ({ path, query, headers }) =>
      rejectParameters(query, present({ id: path.id!, etag: decodeIfMatch(headers) })),
  },
  setProgress: {
    encode: ({ skillId, ...body }) => ({ path: { skillId }, headers: JSON_TYPE, body }),
    decode: ({ path, query, body }) => {
      if (Object.hasOwn(Object(body), 'skillId'))
        throw invalidArgument('skillId', 'must be in the path only');
      const members = (typeof body === 'object' ? body : {}) as SetProgress;
      return rejectParameters(query, { ...members, skillId: path.skillId! });
    },
  },
  listProgress: {
    encode: (input) => ({ query: encodePaging(input) }),
    decode: ({ query }) => decodePage(query),
  },
};
