/** Apollo Server on Express: root fields call the service, nested fields walk the catalogue in memory. */
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { type DocumentNode, type GraphQLSchema, getVariableValues } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { asSkillsError, invalid, malformed, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Category, Skill } from '../../contract/model';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { BatchGetSkills, ById, DeleteSkill, SkillsApi } from '../../contract/skills-api';
import {
  answerHealth,
  bodyTooLarge,
  createExpressServer,
  send,
  serveHttp,
  unsupportedMediaType,
} from '../common/http-server';
import { answerHeaders, decodeContext, type RequestContext } from './context';
import { encodeError, formatError, formatExecutionError } from './errors';
import { PATH, SDL } from './schema';
import * as wire from './wire';

type Resolver<Parent, Arguments> = (parent: Parent, input: Arguments, context: RequestContext) => unknown;

/** Root fields in THE order; `learningPath` stands under its skill. */
const resolvers = (api: SkillsApi) => ({
  Query: {
    categories: (_, _input, { call }) => api.listCategories({}, call),
    category: (_, { id }, { call }) => api.getCategory({ id }, call),
    skill: (_, { id }, { call }) => api.getSkill({ id }, call),
    skills: async (_, input, { call, graph }) => {
      const query = wire.decodeListSkills(input);
      return wire.encodePage(await api.listSkills(query, call), query, graph());
    },
    skillsById: (_, { ids }, { call }) => api.batchGetSkills({ ids }, call),
    node: (_, { nodeId }, { call }) => {
      const { type, id } = wire.decodeNodeId(nodeId);
      if (type === 'Category') return api.getCategory({ id }, call);
      if (type === 'Skill') return api.getSkill({ id }, call);
      throw invalid('nodeId', 'is not a nodeId of this service');
    },
  } satisfies Record<
    string,
    Resolver<unknown, ById & BatchGetSkills & wire.WireListSkills & { nodeId: string }>
  >,
  Mutation: {
    createSkill: (_, { skill }, { call }) => api.createSkill({ skill: wire.decodeNewSkill(skill) }, call),
    updateSkill: (_, { patch, ...input }, { call }) =>
      api.updateSkill({ ...wire.decodeDeleteSkill(input), patch: wire.decodePatch(patch) }, call),
    deleteSkill: async (_, input, { call }) => {
      await api.deleteSkill(wire.decodeDeleteSkill(input), call);
      return input.id;
    },
  } satisfies Record<string, Resolver<unknown, DeleteSkill & { skill: object; patch: object }>>,
  // What costs a signature is computed only where it is selected.
  SkillConnection: { edges: ({ edges }: wire.Connection) => edges() },
  SkillEdge: { cursor: ({ cursor }: ReturnType<wire.Connection['edges']>[number]) => cursor() },
  PageInfo: {
    startCursor: ({ startCursor }: wire.Connection['pageInfo']) => startCursor(),
    endCursor: ({ endCursor }: wire.Connection['pageInfo']) => endCursor(),
  },
  Node: {
    __resolveType: (node: Category | Skill) => ('etag' in node ? 'Skill' : 'Category'),
  },
  Category: {
    nodeId: ({ id }) => wire.encodeNodeId('Category', id),
    parent: ({ parentId }, _, { graph }) => parentId && graph().category(parentId),
    children: ({ id }, _, { graph }) => graph().childrenOf(id),
    skills: ({ id }, _, { graph }) => graph().skillsIn(id),
  } satisfies Record<string, Resolver<Category, object>>,
  Skill: {
    nodeId: ({ id }) => wire.encodeNodeId('Skill', id),
    categories: ({ categoryIds }, _, { graph }) => found(categoryIds, graph().category),
    requires: ({ requires }, _, { graph }) => found(requires, graph().skill),
    related: ({ related }, _, { graph }) => found(related, graph().skill),
    learningPath: ({ id }, _, { call }) => api.getLearningPath({ id }, call),
  } satisfies Record<string, Resolver<Skill, object>>,
});

/** A reference that a write removed between two steps of one request is left out. */
const found = <T>(ids: readonly string[], find: (id: string) => T | undefined): T[] =>
  ids.map(find).filter((value) => value !== undefined);

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const apollo = new ApolloServer<RequestContext>({
    typeDefs: SDL,
    resolvers: resolvers(api),
    formatError,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.graphqlTokensMax },
    validationRules: [depthRule],
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), compiling()],
  });
  await apollo.start();

  const app = express().disable('etag').disable('x-powered-by');
  app.use((request, response, next) => answerHealth(request, response) || next());
  app.get('/schema.graphql', (_request, response) => {
    send(response, 200, { 'Content-Type': 'text/plain; charset=utf-8' }, SDL);
  });
  app.use(PATH, requireGetOrPost, requireJson, readJson, (request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', ...answerHeaders(request.headers) });
    // Not in Apollo's own hook: what is thrown there is a 500, whoever's fault it was.
    response.locals.context = decodeContext(request, options);
    next();
  });
  app.use(
    PATH,
    expressMiddleware(apollo, { context: async ({ res }) => res.locals.context }) as RequestHandler,
  );
  app.use((request) => {
    throw new SkillsError('UNIMPLEMENTED', 'ROUTE_NOT_FOUND', `There is nothing at ${request.path}.`);
  });
  app.use(((thrown, request, response, _next) => {
    const { status, error } = fromLibrary(thrown);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...answerHeaders(request.headers) };
    send(response, status, headers, JSON.stringify({ errors: [encodeError(error)] }));
  }) satisfies ErrorRequestHandler);
  const server = await serveHttp(createExpressServer(app), options);
  return { address: server.address, stop: () => server.stop().then(() => apollo.stop()) };
};

/**
 * graphql-js walks a document anew for every request. A query that comes a second time is compiled to code instead, and
 * stays compiled for as long as Apollo keeps its document. What cannot be compiled, and variables that do not fit, are
 * left to graphql-js, which says what is wrong.
 */
const compiling = (): ApolloServerPlugin<RequestContext> => {
  const known = new WeakMap<DocumentNode, CompiledQuery | 'seen once' | 'not to be compiled'>();
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, schema, request, contextValue }) => {
        if (operation.operation !== 'query' || document.definitions.length > 1) return null;
        const before = known.get(document);
        if (before === undefined) known.set(document, 'seen once');
        if (before === 'seen once') known.set(document, compiledOf(schema, document));
        const compiled = known.get(document);
        if (typeof compiled !== 'object') return null;
        const { variables = {} } = request;
        const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
        if (errors) return null;
        const result = await compiled.query(undefined, contextValue, variables);
        const singleResult = {
          ...(result.errors && { errors: result.errors.map(formatExecutionError) }),
          data: result.data,
        };
        return {
          http: { status: undefined, headers: new HeaderMap() },
          body: { kind: 'single', singleResult },
        };
      },
    }),
  };
};

const compiledOf = (schema: GraphQLSchema, document: DocumentNode): CompiledQuery | 'not to be compiled' => {
  const compiled = compileQuery(schema, document);
  return isCompiledQuery(compiled) ? compiled : 'not to be compiled';
};

const depthRule = maxDepthRule({
  n: LIMITS.graphqlDepthMax,
  flattenFragments: true,
  propagateOnRejection: false,
  onReject: [(context, error) => context?.reportError(error)],
});

const requireGetOrPost: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'POST') return next();
  response.setHeader('Allow', 'GET, POST');
  throw new SkillsError('UNIMPLEMENTED', 'METHOD_NOT_ALLOWED', `${request.method} is not one of GET, POST.`);
};

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.method !== 'POST' || request.is('application/json')) return next();
  throw unsupportedMediaType(`content-type ${request.headers['content-type'] ?? '(none)'}; send JSON`);
};

const readJson = express.json({ limit: LIMITS.bodyBytesMax });

const STATUS: Record<string, number> = {
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** What goes wrong before there is a GraphQL request has an HTTP status of its own (GraphQL over HTTP, section 6.4). */
const fromLibrary = (thrown: unknown): { status: number; error: SkillsError } => {
  const { status = 500, message } = Object(thrown) as { status?: number; message?: string };
  if (thrown instanceof SkillsError) return { status: STATUS[thrown.reason] ?? 400, error: thrown };
  if (status === 413) return { status, error: bodyTooLarge() };
  if (status === 415) return { status, error: unsupportedMediaType(String(message)) };
  if (status < 500) return { status: 400, error: malformed(`The body is not a JSON object: ${message}.`) };
  return { status, error: asSkillsError(thrown) };
};
