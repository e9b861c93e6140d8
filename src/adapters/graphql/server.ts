/** Apollo Server on Express: root fields call the service, nested fields walk the catalogue in memory. */
import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import {
  type ErrorCode,
  invalidArgument,
  malformedRequest,
  SkillsError,
  toSkillsError,
} from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Category, Progress, Skill } from '../../contract/model';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { BatchGetSkills, ById, DeleteSkill, SetProgress, SkillsApi } from '../../contract/skills-api';
import { inPhase, type ObservedCall } from '../../contract/telemetry';
import {
  bodyTooLarge,
  HTTP_STATUS_OF_REASON,
  type HttpErrorResponse,
  securityHeaders,
  send,
  serveHttp,
  unsupportedMediaType,
} from '../../runtime/http-server';
import { requestInfoOf } from '../../runtime/request-info';
import { decodeContext, type RequestContext, requestIdHeader, withKey } from './context';
import { encodeError, formatError, formatExecutionError } from './errors';
import { checkCost, DOCUMENT_RULES, PATH, SDL } from './schema';
import * as wire from './wire';

type Resolver<Parent, Arguments> = (parent: Parent, input: Arguments, context: RequestContext) => unknown;

interface Write {
  readonly skill: object;
  readonly patch: object;
  readonly idempotencyKey?: string | null;
}

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
      throw invalidArgument('nodeId', 'is not a nodeId of this service');
    },
    progress: (_, _input, { call }) => api.listProgress({}, call),
  } satisfies Record<
    string,
    Resolver<unknown, ById & BatchGetSkills & wire.WireListSkills & { nodeId: string }>
  >,
  Mutation: {
    createSkill: (_, { skill, idempotencyKey }, { call }) =>
      api.createSkill({ skill: wire.decodeNewSkill(skill) }, withKey(call, idempotencyKey)),
    updateSkill: (_, { patch, idempotencyKey, ...input }, { call }) => {
      const update = { ...wire.decodeDeleteSkill(input), patch: wire.decodePatch(patch) };
      return api.updateSkill(update, withKey(call, idempotencyKey));
    },
    deleteSkill: async (_, { idempotencyKey, ...input }, { call }) => {
      await api.deleteSkill(wire.decodeDeleteSkill(input), withKey(call, idempotencyKey));
      return input.id;
    },
    setProgress: (_, { skillId, status, idempotencyKey }, { call }) =>
      api.setProgress({ skillId, status }, withKey(call, idempotencyKey)),
  } satisfies Record<string, Resolver<unknown, Write & DeleteSkill & SetProgress>>,
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
  Progress: {
    skill: ({ skillId }, _, { graph }) => graph().skill(skillId),
  } satisfies Record<string, Resolver<Progress, object>>,
});

/** A reference that a write removed between two steps of one request is left out. */
const found = <T>(ids: readonly string[], find: (id: string) => T | undefined): T[] =>
  ids.map(find).filter((value) => value !== undefined);

const apolloServer = (api: SkillsApi, { telemetry }: ServeOptions): ApolloServer<RequestContext> => {
  const watching = telemetry && observing();
  return new ApolloServer<RequestContext>({
    typeDefs: SDL,
    resolvers: resolvers(api),
    formatError,
    introspection: true,
    // A cache that callers could fill as they like, and that our client has no use for.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.graphqlTokensMax },
    validationRules: DOCUMENT_RULES,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      executing(),
      ...(watching ? [watching.plugin] : []),
    ],
    ...(watching && { stringifyResult: watching.stringify }),
  });
};

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const apollo = apolloServer(api, options);
  await apollo.start();

  const app = express().disable('etag').disable('x-powered-by');
  app.get('/schema.graphql', (_request, response) => {
    send(response, 200, { 'Content-Type': 'text/plain; charset=utf-8' }, SDL);
  });
  app.use(PATH, requireGetOrPost, requireJson, readJson, observeRefusal, (request, response, next) => {
    const security = securityHeaders('encrypted' in request.socket);
    response.set({ 'Cache-Control': 'no-store', ...security, ...requestIdHeader(request) });
    // Not in Apollo's own hook: what is thrown there is a 500, whoever's fault it was.
    response.locals.context = decodeContext(request, response, options);
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
    const error = fromLibrary(thrown);
    requestInfoOf(request).observed?.recordError(error.code);
    const { status, headers, body } = errorResponse(error);
    send(response, status, { ...headers, ...requestIdHeader(request) }, body);
  }) satisfies ErrorRequestHandler);
  const { address, stop } = await serveHttp({ protocol: 'graphql', app, errorResponse }, options);
  return { address, stop: (how) => stop(how).then(() => apollo.stop()) };
};

/**
 * graphql-js walks a document anew for every request. A query that comes a second time is compiled to code instead, and
 * stays compiled for as long as Apollo keeps its document. What cannot be compiled, and variables that do not fit, are
 * left to graphql-js, which says what is wrong.
 */
const executing = (): ApolloServerPlugin<RequestContext> => {
  const known = new WeakMap<DocumentNode, CompiledQuery | 'seen once' | 'not to be compiled'>();
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, schema, request, contextValue, source }) => {
        // There is none of the name asked for.
        if (!operation) return null;
        const { variables = {} } = request;
        const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
        if (errors) return null;
        try {
          checkCost({ schema, document, operation, variables });
        } catch (error) {
          return single({ errors: [encodeError(toSkillsError(error))] }, 400);
        }
        if (operation.operation !== 'query' || document.definitions.length > 1) return null;
        const before = known.get(document);
        if (before === undefined) known.set(document, 'seen once');
        if (before === 'seen once') known.set(document, compiledOf(schema, document, source));
        const compiled = known.get(document);
        if (typeof compiled !== 'object') return null;
        const result = await compiled.query(undefined, contextValue, variables);
        return single({
          ...(result.errors && { errors: result.errors.map(formatExecutionError) }),
          data: result.data,
        });
      },
    }),
  };
};

const single = (singleResult: FormattedExecutionResult, status?: number): GraphQLResponse => ({
  http: { status, headers: new HeaderMap() },
  body: { kind: 'single', singleResult },
});

/** Compiled, an alias or a variable called so would be no member of its own, but what every object has. */
const OF_EVERY_OBJECT = new RegExp(Object.getOwnPropertyNames(Object.prototype).join('|'));

const compiledOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  source: string,
): CompiledQuery | 'not to be compiled' => {
  if (OF_EVERY_OBJECT.test(source)) return 'not to be compiled';
  const compiled = compileQuery(schema, document);
  return isCompiledQuery(compiled) ? compiled : 'not to be compiled';
};

/**
 * For those who watch: how long it took to read a document and to write an answer, and whether that has an error. Apollo
 * writes without a word of the request, so what it is about to write is kept beside the call that it answers.
 */
const observing = () => {
  const calls = new WeakMap<object, ObservedCall>();
  const plugin: ApolloServerPlugin<RequestContext> = {
    requestDidStart: async ({ contextValue: { call } }) => {
      const { observed } = call;
      if (!observed) return;
      let isRead = (): void => undefined;
      return {
        didResolveSource: async () => {
          const read = new Promise<void>((resolve) => {
            isRead = resolve;
          });
          void observed.phase('decode', () => read);
        },
        didResolveOperation: async () => isRead(),
        didEncounterErrors: async () => isRead(),
        willSendResponse: async ({ response: { body } }) => {
          const { data, errors } = body.kind === 'single' ? body.singleResult : body.initialResult;
          if (errors?.[0]) observed.recordError(errors[0].extensions?.domainCode as ErrorCode);
          calls.set(Object(data ?? errors), observed);
        },
      };
    },
  };
  const stringify = (result: FormattedExecutionResult): string =>
    inPhase(calls.get(Object(result.data ?? result.errors)), 'encode', () => `${JSON.stringify(result)}\n`);
  return { plugin, stringify };
};

/** What Apollo refuses before and after all of its plugins is none of theirs to tell. */
const observeRefusal: RequestHandler = (request, response, next) => {
  const { observed } = requestInfoOf(request);
  if (observed) {
    response.once('finish', () => {
      const { statusCode } = response;
      if (statusCode >= 400) observed.recordError(statusCode < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
    });
  }
  next();
};

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

const fromLibrary = (thrown: unknown): SkillsError => {
  const { status = 500, message } = Object(thrown) as { status?: number; message?: string };
  if (thrown instanceof SkillsError || status >= 500) return toSkillsError(thrown);
  if (status === 413) return bodyTooLarge();
  if (status === 415) return unsupportedMediaType(String(message));
  return malformedRequest(`The body is not a JSON object: ${message}.`);
};

/** What goes wrong before there is a GraphQL request has an HTTP status of its own (GraphQL over HTTP, section 6.4). */
const errorResponse = (error: SkillsError): HttpErrorResponse => {
  const status = HTTP_STATUS_OF_REASON[error.reason] ?? (error.code === 'INTERNAL' ? 500 : 400);
  return {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      // RFC 6750, section 3.
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer error="invalid_request"' }),
    },
    body: JSON.stringify({ errors: [encodeError(error)] }),
  };
};
