/** Apollo Server on Express: root fields call the service, nested fields walk the catalogue in memory. */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler, Response } from 'express';
import type { GraphQLFieldResolver } from 'graphql';
import { invalidArgument, type SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Category, Progress, Skill } from '../../contract/model';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Operation, SkillsApi } from '../../contract/skills-api';
import { type HttpErrorResponse, securityHeaders, send } from '../../runtime/http-response';
import { serveHttp } from '../../runtime/http-server';
import { answerOtherMethod } from '../../runtime/other-methods';
import { requestIdHeader, requestInfoOf } from '../../runtime/request-info';
import { bearerChallenge } from '../common/bearer-challenge';
import { type Call, requestCodec, responseCodec } from '../common/codecs';
import { createApp, handleErrors, jsonReader } from '../common/express-app';
import { type Connection, decodePaging, encodeConnection } from './connection';
import { decodeContext, type RequestContext, withIdempotencyKey } from './context';
import { encodeError, formatError, httpStatus } from './errors';
import { DOCUMENT_RULES } from './limits';
import { decodeNodeId, encodeNodeId } from './node-id';
import { executeWithinLimits, observeRequests } from './plugins';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { PATH, ROUTES, SDL } from './schema';
import { selectedFields } from './selection';

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const apollo = apolloServer(api, options);
  await apollo.start();

  const app = createApp();
  app.get('/schema.graphql', (_request, response) => {
    send(response, 200, { 'Content-Type': 'text/plain; charset=utf-8' }, SDL);
  });
  app.use(PATH, requireGetOrPost, readBody, observeStatus, (request, response, next) => {
    const security = securityHeaders('encrypted' in request.socket);
    response.set({ 'Cache-Control': 'no-store', ...security, ...requestIdHeader(request) });
    // Apollo's own hook would turn every error of decodeContext into a 500.
    response.locals.context = decodeContext(request, response, options);
    next();
  });
  const context = async ({ res }: { res: Response }): Promise<RequestContext> => res.locals.context;
  app.use(PATH, expressMiddleware(apollo, { context }) as RequestHandler);
  handleErrors(app, sendError);
  const { address, stop } = await serveHttp({ protocol: 'graphql', app, transportError }, options);
  return { address, stop: (stopOptions) => stop(stopOptions).then(() => apollo.stop()) };
};

const apolloServer = (api: SkillsApi, { telemetry }: ServeOptions): ApolloServer<RequestContext> => {
  const observer = telemetry && observeRequests();
  return new ApolloServer<RequestContext>({
    typeDefs: SDL,
    resolvers: resolvers(api),
    formatError,
    introspection: true,
    // Clients may use GET, which Apollo allows for queries only, and a body must be JSON. The service uses no cookies.
    csrfPrevention: false,
    // Any client could fill the cache of persisted queries, and our client does not use it.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.graphqlTokensMax },
    validationOptions: { maxErrors: LIMITS.graphqlErrorsMax },
    validationRules: DOCUMENT_RULES,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      executeWithinLimits(),
      ...(observer?.plugins ?? []),
    ],
    stringifyResult: observer?.stringifyResult,
  });
};

type Resolver<Parent> = GraphQLFieldResolver<Parent, RequestContext>;

/** The resolver of an operation's field. */
const resolve = <O extends Operation>(api: SkillsApi, operation: O): Resolver<unknown> => {
  const { decode } = requestCodec(REQUESTS, operation);
  const { encode } = responseCodec(RESPONSES, operation);
  const call = api[operation] as Call<O>;
  return async (_parent, args, { callContext, graph }, info) => {
    const input = { ...decode(args), ...selectedFields(operation, info) };
    return encode(await call(input, withIdempotencyKey(callContext, args.idempotencyKey)), { input, graph });
  };
};

const resolveNode =
  (api: SkillsApi): Resolver<unknown> =>
  (_parent, { nodeId }, { callContext }) => {
    const { type, id = '' } = decodeNodeId(nodeId) ?? {};
    if (type === 'Category') return api.getCategory({ id }, callContext);
    if (type === 'Skill') return api.getSkill({ id }, callContext);
    throw invalidArgument('nodeId', 'is not a nodeId of this service');
  };

const resolveCursor = ({ cursor }: ReturnType<Connection['edges']>[number]): string => cursor();

const resolvers = (api: SkillsApi) => ({
  Query: {
    [ROUTES.listCategories]: resolve(api, 'listCategories'),
    [ROUTES.getCategory]: resolve(api, 'getCategory'),
    [ROUTES.getSkill]: resolve(api, 'getSkill'),
    [ROUTES.listSkills]: resolve(api, 'listSkills'),
    [ROUTES.batchGetSkills]: resolve(api, 'batchGetSkills'),
    [ROUTES.listProgress]: resolve(api, 'listProgress'),
    node: resolveNode(api),
  } satisfies Record<string, Resolver<unknown>>,
  Mutation: {
    [ROUTES.createSkill]: resolve(api, 'createSkill'),
    [ROUTES.updateSkill]: resolve(api, 'updateSkill'),
    [ROUTES.deleteSkill]: resolve(api, 'deleteSkill'),
    [ROUTES.setProgress]: resolve(api, 'setProgress'),
  } satisfies Record<string, Resolver<unknown>>,
  // graphql-jit reads a property and does not call it, so functions of scalars need resolvers (docs/decisions/0008).
  CategoryEdge: { cursor: resolveCursor },
  SkillEdge: { cursor: resolveCursor },
  ProgressEdge: { cursor: resolveCursor },
  PageInfo: {
    startCursor: ({ startCursor }: Connection['pageInfo']) => startCursor(),
    endCursor: ({ endCursor }: Connection['pageInfo']) => endCursor(),
  },
  Node: {
    __resolveType: (node: Category | Skill) => ('etag' in node ? 'Skill' : 'Category'),
  },
  Category: {
    nodeId: ({ id }) => encodeNodeId('Category', id),
    parent: ({ parentId }, _args, { graph }) => parentId && graph().category(parentId),
    children: ({ id }, _args, { graph }) => graph().childrenOf(id),
    skills: ({ id }, args, { graph }) => {
      const { skillsIn, tokenAfter } = graph();
      return encodeConnection(skillsIn(id, decodePaging(args)), (last) => tokenAfter.skillIn(id, last));
    },
  } satisfies Record<string, Resolver<Category>>,
  Skill: {
    nodeId: ({ id }) => encodeNodeId('Skill', id),
    categories: ({ categoryIds }, _args, { graph }) => resolveReferences(categoryIds, graph().category),
    requires: ({ requires }, _args, { graph }) => resolveReferences(requires, graph().skill),
    related: ({ related }, _args, { graph }) => resolveReferences(related, graph().skill),
    [ROUTES.getLearningPath]: (skill, _args, context, info) =>
      resolve(api, 'getLearningPath')(undefined, { id: skill.id }, context, info),
  } satisfies Record<string, Resolver<Skill>>,
  Progress: {
    skill: ({ skillId }, _args, { graph }) => graph().skill(skillId),
  } satisfies Record<string, Resolver<Progress>>,
});

/** Leaves out the references that a write has removed between two steps of one request. */
const resolveReferences = <T>(ids: readonly string[], find: (id: string) => T | undefined): T[] =>
  ids.map(find).filter((value) => value !== undefined);

/** Apollo rejects some requests before or after the hooks of observeRequests; telemetry gets those errors from the status. */
const observeStatus: RequestHandler = (request, response, next) => {
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
  answerOtherMethod(request, response, 'GET, POST');
};

const readJson = jsonReader(['application/json'], 'a JSON object');
const readBody: RequestHandler = (request, _response, next) => {
  if (request.method === 'POST') return readJson(request).then(() => next());
  // Apollo's middleware requires the property.
  request.body = undefined;
  next();
};

/** For an error before Apollo has the request; Apollo sends its own errors through formatError. */
const sendError = (request: Request, response: Response, error: SkillsError): void => {
  requestInfoOf(request).observed?.recordError(error.code);
  const { status, headers, body } = transportError(error);
  send(response, status, { ...headers, ...requestIdHeader(request) }, body);
};

const transportError = (error: SkillsError): HttpErrorResponse => {
  const status = httpStatus(error);
  const challenge = status === 401 ? { 'WWW-Authenticate': String(bearerChallenge(error)) } : undefined;
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...challenge },
    body: JSON.stringify({ errors: [encodeError(error)] }),
  };
};
