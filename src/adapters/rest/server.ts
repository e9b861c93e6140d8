/** Express 5: a route per operation. Reading a request and writing an answer is each route's own business. */
import { promisify } from 'node:util';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { malformedRequest, SkillsError, toSkillsError } from '../../contract/errors';
import { LIMITS } from '../../contract/limits';
import type { Page, Skill } from '../../contract/model';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Input, Operation, Output, SkillsApi } from '../../contract/skills-api';
import { inPhase } from '../../contract/telemetry';
import {
  bodyTooLarge,
  type HttpErrorResponse,
  send,
  serveHttp,
  unsupportedMediaType,
} from '../../runtime/http-server';
import { requestInfoOf } from '../../runtime/request-info';
import {
  decodeContext,
  decodeFormat,
  decodeIfMatch,
  encodeEtag,
  type Format,
  isUnchanged,
  requestIdHeader,
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
  readonly method: 'get' | 'post' | 'patch' | 'delete' | 'put';
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
  setProgress: {
    method: 'put',
    path: '/progress/:skillId',
    decode: (request) => wire.decodeSetProgress(String(request.params.skillId), query(request), request.body),
    encode: (progress) => ok('progress', wire.encodeProgress(progress)),
  },
  listProgress: {
    method: 'get',
    path: '/progress',
    decode: (request) => wire.decodeListProgress(query(request)),
    encode: (all) => ok('progressList', wire.encodeProgressList(all)),
  },
};

export const serve = (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const app = express().disable('etag').disable('x-powered-by').enable('case sensitive routing');
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
  return serveHttp({ protocol: 'rest', app, errorResponse }, options);
};

const mount = <O extends Operation>(app: express.Express, api: SkillsApi, operation: O): void => {
  const { method, path, decode, encode } = ROUTES[operation] as Route<O>;
  const call = api[operation] as (input: Input<O>, context: object) => Promise<Output<O>>;
  const read = ['post', 'patch', 'put'].includes(method)
    ? (request: Request, response: Response) => readJson(request, response).then(() => decode(request))
    : decode;
  app[method](BASE + path, async (request: Request, response: Response) => {
    const { observed } = requestInfoOf(request);
    // What is thrown before the call is about headers and parameters alone; Express hands it to the last handler.
    const format = decodeFormat(request);
    const context = decodeContext(request, response);
    const input = await inPhase(observed, 'decode', () => read(request, response));
    try {
      const output = await call(input, context);
      inPhase(observed, 'encode', () => answer(request, response, format, encode(output, request)));
    } catch (thrown) {
      fail(request, response, toSkillsError(thrown), operation);
    }
  });
};

const answer = (
  request: Request,
  response: Response,
  format: Format,
  { status, headers, root, json }: Answer,
): void => {
  // Not spread into a third object, which costs V8 a tenth of a small call.
  const all: Record<string, string> = Object.assign(requestIdHeader(request), headers);
  if (json === undefined) {
    send(response, status, all);
    return;
  }
  all['Content-Type'] = `application/${format}`;
  // Where pages of other origins may call, the answer varies by theirs too.
  const vary = response.getHeader('Vary');
  all.Vary = vary === undefined ? 'Accept' : `${vary}, Accept`;
  send(response, status, all, format === 'xml' ? wire.encodeXml(root as string, json) : json);
};

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

const parseJson = promisify(express.json({ limit: LIMITS.bodyBytesMax, type: JSON_TYPES, strict: false }));

const readJson = async (request: Request, response: Response): Promise<void> => {
  if (request.is(JSON_TYPES)) return parseJson(request, response);
  throw unsupportedMediaType(`content-type ${request.headers['content-type'] ?? '(none)'}; send JSON`);
};

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
  requestInfoOf(request).observed?.recordError(error.code);
  Object.assign(headers, requestIdHeader(request), { 'Content-Type': `application/problem+${format}` });
  send(response, status, headers, format === 'xml' ? wire.encodeXml('problem', body) : body);
};

/** For what never became a request. */
const errorResponse = (error: SkillsError): HttpErrorResponse => {
  const { headers, ...refusal } = encodeError(error);
  return { ...refusal, headers: { ...headers, 'Content-Type': 'application/problem+json' } };
};

/** Express and its body parser name what went wrong by `type` and `status`. */
const fromLibrary = (thrown: unknown): SkillsError => {
  const { type, status, message } = Object(thrown) as { type?: string; status?: number; message?: string };
  if (thrown instanceof SkillsError || status === undefined) return toSkillsError(thrown);
  if (status === 413) return bodyTooLarge();
  if (status === 415) return unsupportedMediaType(String(message));
  if (type === 'entity.parse.failed') return malformedRequest(`The body is not JSON: ${message}.`);
  return status < 500 ? malformedRequest(`The request cannot be read: ${message}.`) : toSkillsError(thrown);
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
