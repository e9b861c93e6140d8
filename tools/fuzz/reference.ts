/** A second implementation of the schema: graphql-js with resolvers that share no code with the adapter. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { allItems } from '../../src/calls/all-items';
import { invalidArgument } from '../../src/contract/errors';
import { parseInput } from '../../src/contract/inputs';
import { LIMITS } from '../../src/contract/limits';
import type { Category, Page, Skill } from '../../src/contract/model';
import type { SkillGraph } from '../../src/contract/skill-graph';
import type { ListSkills, Paging, SkillsApi } from '../../src/contract/skills-api';
import { ROOT } from '../house/sources';
import type { GeneratedRequest } from './generate';

export const SCHEMA: GraphQLSchema = buildSchema(
  readFileSync(path.join(ROOT, 'graphql/skills.graphql'), 'utf8'),
);

// biome-ignore lint/suspicious/noExplicitAny: resolvers get what the schema says.
type Resolver = (parent: any, args: any, token: string | undefined) => unknown;

const nodeIdOf =
  (type: string) =>
  ({ id }: { id: string }) =>
    btoa(`${type}:${id}`).replace(/=+$/, '');

const withoutNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined));

/** All skills and categories, which the resolvers look up by scanning. */
interface Catalogue {
  readonly skills: readonly Skill[];
  readonly categories: readonly Category[];
}

const readCatalogue = async (api: SkillsApi): Promise<Catalogue> => {
  const skills = await allItems((paging) => api.listSkills(paging));
  return { skills, categories: await allItems((paging) => api.listCategories(paging)) };
};

const resolversOf = (
  api: SkillsApi,
  graph: SkillGraph,
  { skills, categories }: Catalogue,
): Record<string, Resolver> => {
  const skillsOf = (ids: readonly string[]) => ids.flatMap((id) => skills.filter((one) => one.id === id));
  const { tokenAfter } = graph;
  const connection = <Item>(
    { items, nextPageToken, totalSize }: Page<Item>,
    cursor: (last: Item) => string,
  ) => ({
    nodes: items,
    edges: items.map((node) => ({ node, cursor: cursor(node) })),
    pageInfo: {
      hasNextPage: nextPageToken !== undefined,
      hasPreviousPage: false,
      startCursor: items.length > 0 ? cursor(items[0]!) : null,
      endCursor: items.length > 0 ? cursor(items.at(-1)!) : null,
    },
    totalSize,
  });
  const pagingOf = ({ first, after }: { first?: number; after?: string }): Paging =>
    withoutNulls({ pageSize: first, pageToken: after });
  const skillsInCategory = (id: string, paging: Paging) => {
    // The service validates the size of a page; no generated token is of this list.
    const { pageSize = 0, pageToken } = parseInput('listProgress', paging);
    if (pageToken)
      throw invalidArgument('pageToken', 'must come from a page of the same list', 'PAGE_TOKEN_INVALID');
    const all = skills.filter(({ categoryIds }) => categoryIds.includes(id));
    const items = all.slice(0, Math.min(pageSize || 20, 200));
    const nextPageToken = items.length < all.length ? tokenAfter.skillIn(id, items.at(-1)!) : undefined;
    return { items, totalSize: all.length, ...(nextPageToken && { nextPageToken }) };
  };
  return {
    'Query.categories': async (_, args, token) =>
      connection(await api.listCategories(pagingOf(args), { token }), tokenAfter.category),
    'Query.category': (_, { id }, token) => api.getCategory({ id }, { token }),
    'Query.skill': (_, { id }, token) => api.getSkill({ id }, { token }),
    'Query.skills': async (_, { filter, orderBy, ...args }, token) => {
      const query: ListSkills = withoutNulls({ ...filter, orderBy, ...pagingOf(args) });
      return connection(await api.listSkills(query, { token }), (last) => tokenAfter.skill(query, last));
    },
    'Query.skillsById': (_, { ids }, token) => api.batchGetSkills({ ids }, { token }),
    'Query.node': (_, { nodeId }, token) => {
      const [, type, id = ''] =
        /^(Category|Skill):(.*)$/s.exec(Buffer.from(nodeId, 'base64').toString()) ?? [];
      if (type === undefined) throw invalidArgument('nodeId', 'is not a nodeId of this service');
      return type === 'Skill' ? api.getSkill({ id }, { token }) : api.getCategory({ id }, { token });
    },
    'Query.progress': async (_, args, token) =>
      connection(await api.listProgress(pagingOf(args), { token }), tokenAfter.progress),
    'Category.nodeId': nodeIdOf('Category'),
    'Category.parent': ({ parentId }) => categories.find(({ id }) => id === parentId),
    'Category.children': ({ id }) =>
      categories.filter(({ parentId }) => parentId === id).toSorted((a, b) => a.position - b.position),
    'Category.skills': ({ id }, args) =>
      connection(skillsInCategory(id, pagingOf(args)), (last) => tokenAfter.skillIn(id, last)),
    'Skill.nodeId': nodeIdOf('Skill'),
    'Skill.categories': ({ categoryIds }) =>
      categoryIds.flatMap((id: string) => categories.filter((one) => one.id === id)),
    'Skill.requires': ({ requires }) => skillsOf(requires),
    'Skill.related': ({ related }) => skillsOf(related),
    'Skill.learningPath': ({ id }, _, token) => api.getLearningPath({ id }, { token }),
    'Progress.skill': ({ skillId }) => skillsOf([skillId])[0],
  };
};

export interface ReferenceAnswer {
  readonly errors?: readonly GraphQLError[];
  readonly data?: unknown;
}

export type Reference = (request: GeneratedRequest, token?: string) => Promise<ReferenceAnswer>;

/** Answers requests as graphql-js does, with the same limit on the number of errors. */
export const createReference = async (api: SkillsApi, graph: SkillGraph): Promise<Reference> => {
  const resolvers = resolversOf(api, graph, await readCatalogue(api));
  const fieldResolver: GraphQLFieldResolver<Record<string, unknown>, string | undefined> = (
    parent,
    args,
    token,
    { parentType, fieldName },
  ) => {
    const resolve = resolvers[`${parentType.name}.${fieldName}`];
    return resolve ? resolve(parent, args, token) : parent[fieldName];
  };
  return async ({ query, variables, operationName }, token) => {
    const document = parse(query);
    const errors = validate(SCHEMA, document, undefined, { maxErrors: LIMITS.graphqlErrorsMax });
    if (errors.length > 0) return { errors };
    return execute({
      schema: SCHEMA,
      document,
      contextValue: token,
      variableValues: variables,
      operationName,
      fieldResolver,
      typeResolver: (node) => ('etag' in Object(node) ? 'Skill' : 'Category'),
      options: { maxCoercionErrors: LIMITS.graphqlErrorsMax },
    });
  };
};
