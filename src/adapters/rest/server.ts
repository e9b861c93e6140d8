/** Express 5: a route per operation. Reading a request and writing an answer is each route's own business. */
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { asSkillsError, malformed, SkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Page, Skill } from '../../contract/model';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Input, Operation, Output, SkillsApi } from '../../contract/skills-api';
import {
  answerHealth,
  bodyTooLarge,
  createExpressServer,
  send,
  serveHttp,
  unsupportedMediaType,
} from '../common/http-server';
import {
  answerHeaders,
  decodeContext,
  decodeFormat,
  decodeIfMatch,
  encodeEtag,
  isUnchanged,
} from './context';
import { encodeError } from './errors';
import { BASE, OPENAPI } from './schema';
import * as wire from './wire';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** The root element, where the answer goes out as XML. */
  readonly root?: string;
  readonly json?: string;
}

interface Route<O extends Operation> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly decode: (request: Request) => Input<O>;
  readonly encode: (output: Output<O>, request: Request) => Answer;
}

const query = (request: Request) => request.query as wire.Query;
const id = (request: Request) => String(request.params.id);
const ok = (root: string, json: string): Answer => ({ status: 200, root, json });

const ROUTES: { readonly [O in Operation]: Route<O> } = {
  listCategories: {
    method: 'get',
    path: '/categories',
    decode: (request) => wire.decodeFields(query(request)),
    encode: (categories) => ok('categories', wire.encodeCategories(categories)),
  },
  getCategory: {
    method: 'get',
    path: '/categories/:id',
    decode: (request) => wire.decodeById(id(request), query(request)),
    encode: (category) => ok('category', wire.encodeCategory(category)),
  },
  getSkill: {
    method: 'get',
    path: '/skills/:id',
    decode: (request) => wire.decodeById(id(request), query(request)),
    encode: (skill, request) => {
      const headers = request.query.fields ? undefined : etagHeader(skill, request);
      if (headers && isUnchanged(request.headers, headers.ETag)) return { status: 304, headers };
      return { ...ok('skill', wire.encodeSkill(skill)), headers };
    },
  },
  listSkills: {
    method: 'get',
    path: '/skills',
    decode: (request) => wire.decodeListSkills(query(request)),
    encode: (page, request) => ({ ...ok('page', wire.encodePage(page)), headers: nextLink(page, request) }),
  },
  batchGetSkills: {
    method: 'get',
    path: '/skills\\:batchGet',
    decode: (request) => wire.decodeBatchGetSkills(query(request)),
    encode: (batch) => ok('batch', wire.encodeBatch(batch)),
  },
  getLearningPath: {
    method: 'get',
    path: '/skills/:id/learning-path',
    decode: (request) => wire.decodeById(id(request), query(request)),
    encode: (path) => ok('learningPath', wire.encodeLearningPath(path)),
  },
  createSkill: {
    method: 'post',
    path: '/skills',
    decode: (request) => wire.decodeCreateSkill(query(request), request.body),
    encode: (skill, request) => ({
      status: 201,
      headers: { Location: `${BASE}/skills/${skill.id}`, ...etagHeader(skill, request) },
      root: 'skill',
      json: wire.encodeSkill(skill),
    }),
  },
  updateSkill: {
    method: 'patch',
    path: '/skills/:id',
    decode: (request) =>
      wire.decodeUpdateSkill(id(request), decodeIfMatch(request.headers), query(request), request.body),
    encode: (skill, request) => ({
      ...ok('skill', wire.encodeSkill(skill)),
      headers: etagHeader(skill, request),
    }),
  },
  deleteSkill: {
    method: 'delete',
    path: '/skills/:id',
    decode: (request) => wire.decodeDeleteSkill(id(request), decodeIfMatch(request.headers), query(request)),
    encode: () => ({ status: 204 }),
  },
};

export const serve = (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const app = express().disable('etag').disable('x-powered-by').enable('case sensitive routing');
  app.use((request, response, next) => answerHealth(request, response) || next());
  app.get(`${BASE}/openapi.json`, (_request, response) => {
    send(response, 200, { 'Content-Type': 'application/json' }, OPENAPI);
  });
  for (const operation of Object.keys(ROUTES) as Operation[]) mount(app, api, operation);
  for (const path of new Set(Object.values(ROUTES).map((route) => route.path))) refuseOtherMethods(app, path);
  app.use((request) => {
    throw new SkillsError('UNIMPLEMENTED', 'ROUTE_NOT_FOUND', `There is nothing at ${request.path}.`);
  });
  app.use(((thrown, request, response, _next) => {
    fail(request, response, fromLibrary(thrown));
  }) satisfies ErrorRequestHandler);
  return serveHttp(createExpressServer(app), options);
};

const mount = <O extends Operation>(app: express.Express, api: SkillsApi, operation: O): void => {
  const { method, path, decode, encode } = ROUTES[operation] as Route<O>;
  const call = api[operation] as (input: Input<O>, context: object) => Promise<Output<O>>;
  const reads = method === 'post' || method === 'patch' ? [requireJson, readJson] : [];
  app[method](BASE + path, ...reads, async (request: Request, response: Response) => {
    try {
      const format = decodeFormat(request);
      const context = decodeContext(request.headers);
      const answer = encode(await call(decode(request), context), request);
      const headers = { ...answer.headers, ...answerHeaders(request.headers) };
      if (answer.json === undefined) return send(response, answer.status, headers);
      headers['Content-Type'] = `application/${format}`;
      const xml = format === 'xml' && wire.encodeXml(answer.root as string, answer.json);
      send(response, answer.status, { ...headers, Vary: 'Accept' }, xml || answer.json);
    } catch (thrown) {
      fail(request, response, asSkillsError(thrown), operation);
    }
  });
};

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

const requireJson: express.RequestHandler = (request, _response, next) => {
  if (request.is(JSON_TYPES)) return next();
  throw unsupportedMediaType(`content-type ${request.headers['content-type'] ?? '(none)'}; send JSON`);
};

const readJson = express.json({ limit: LIMITS.bodyBytesMax, type: JSON_TYPES, strict: false });

const refuseOtherMethods = (app: express.Express, path: string): void => {
  const methods = Object.values(ROUTES).flatMap((route) => (route.path === path ? [route.method] : []));
  const allow = {
    Allow: [...methods, ...(methods.includes('get') ? ['head'] : [])].join(', ').toUpperCase(),
  };
  app.all(BASE + path, (request, response) => {
    if (request.method === 'OPTIONS') return send(response, 204, allow);
    response.setHeader('Allow', allow.Allow);
    throw new SkillsError(
      'UNIMPLEMENTED',
      'METHOD_NOT_ALLOWED',
      `${request.method} is not one of ${allow.Allow}.`,
    );
  });
};

/** Errors go out in the format the caller prefers; where it can't be told, in JSON (RFC 9457, section 3). */
const fail = (request: Request, response: Response, error: SkillsError, operation?: Operation): void => {
  const { status, headers, body } = encodeError(error, operation);
  const format =
    request.accepts(['application/json', 'application/xml']) === 'application/xml' ? 'xml' : 'json';
  Object.assign(headers, answerHeaders(request.headers), { 'Content-Type': `application/problem+${format}` });
  send(response, status, headers, format === 'xml' ? wire.encodeXml('problem', body) : body);
};

/** Express and its body parser name what went wrong by `type` and `status`. */
const fromLibrary = (thrown: unknown): SkillsError => {
  const { type, status, message } = Object(thrown) as { type?: string; status?: number; message?: string };
  if (thrown instanceof SkillsError || status === undefined) return asSkillsError(thrown);
  if (status === 413) return bodyTooLarge();
  if (status === 415) return unsupportedMediaType(String(message));
  if (type === 'entity.parse.failed') return malformed(`The body is not JSON: ${message}.`);
  return status < 500 ? malformed(`The request cannot be read: ${message}.`) : asSkillsError(thrown);
};

const etagHeader = (skill: Skill, request: Request) => ({
  ETag: encodeEtag(skill.etag, decodeFormat(request)),
});

/** RFC 8288: the same query with the next page's token. */
const nextLink = ({ nextPageToken }: Page<unknown>, request: Request): Record<string, string> | undefined => {
  if (nextPageToken === undefined) return undefined;
  const [path, search] = request.url.split('?');
  const next = new URLSearchParams(search);
  next.set('pageToken', nextPageToken);
  return { Link: `<${path}?${next}>; rel="next"` };
};
