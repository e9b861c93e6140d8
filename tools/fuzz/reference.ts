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
import { invalidArgument } from '../../src/contract/errors';
import { LIMITS } from '../../src/contract/limits';
import type { Category, Skill } from '../../src/contract/model';
import type { SkillGraph } from '../../src/contract/skill-graph';
import type { ListSkills, SkillsApi } from '../../src/contract/skills-api';
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
  const skills: Skill[] = [];
  let pageToken: string | undefined = '';
  while (pageToken !== undefined) {
    const page: Awaited<ReturnType<typeof api.listSkills>> = await api.listSkills({
      pageSize: 200,
      pageToken,
    });
    skills.push(...(page.items as readonly Skill[]));
    pageToken = page.nextPageToken;
  }
  return { skills, categories: await api.listCategories({}) };
};

const resolversOf = (
  api: SkillsApi,
  graph: SkillGraph,
  { skills, categories }: Catalogue,
): Record<string, Resolver> => {
  const skillsOf = (ids: readonly string[]) => ids.flatMap((id) => skills.filter((one) => one.id === id));
  const listed = async (query: ListSkills, token?: string) => {
    const page = await api.listSkills(query, { token });
    return { query, ...page };
  };
  return {
    'Query.categories': (_, __, token) => api.listCategories({}, { token }),
    'Query.category': (_, { id }, token) => api.getCategory({ id }, { token }),
    'Query.skill': (_, { id }, token) => api.getSkill({ id }, { token }),
    'Query.skills': (_, { filter, orderBy, first, after }, token) =>
      listed(withoutNulls({ ...filter, orderBy, pageSize: first, pageToken: after }), token),
    'Query.skillsById': (_, { ids }, token) => api.batchGetSkills({ ids }, { token }),
    'Query.node': (_, { nodeId }, token) => {
      const [, type, id = ''] =
        /^(Category|Skill):(.*)$/s.exec(Buffer.from(nodeId, 'base64').toString()) ?? [];
      if (type === undefined) throw invalidArgument('nodeId', 'is not a nodeId of this service');
      return type === 'Skill' ? api.getSkill({ id }, { token }) : api.getCategory({ id }, { token });
    },
    'Query.progress': (_, __, token) => api.listProgress({}, { token }),
    'Category.nodeId': nodeIdOf('Category'),
    'Category.parent': ({ parentId }) => categories.find(({ id }) => id === parentId),
    'Category.children': ({ id }) =>
      categories.filter(({ parentId }) => parentId === id).toSorted((a, b) => a.position - b.position),
    'Category.skills': ({ id }) => skills.filter(({ categoryIds }) => categoryIds.includes(id)),
    'Skill.nodeId': nodeIdOf('Skill'),
    'Skill.categories': ({ categoryIds }) =>
      categoryIds.flatMap((id: string) => categories.filter((one) => one.id === id)),
    'Skill.requires': ({ requires }) => skillsOf(requires),
    'Skill.related': ({ related }) => skillsOf(related),
    'Skill.learningPath': ({ id }, _, token) => api.getLearningPath({ id }, { token }),
    'SkillConnection.nodes': ({ items }) => items,
    'SkillConnection.edges': ({ items, query }) =>
      items.map((node: Skill) => ({ node, cursor: graph.pageTokenAfter(query, node) })),
    'SkillConnection.pageInfo': ({ items, query, nextPageToken }) => ({
      hasNextPage: nextPageToken !== undefined,
      hasPreviousPage: false,
      startCursor: items.length > 0 ? graph.pageTokenAfter(query, items[0]) : null,
      endCursor: items.length > 0 ? graph.pageTokenAfter(query, items.at(-1)) : null,
    }),
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
