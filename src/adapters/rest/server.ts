/** Express 5: a route per operation. Every route negotiates the format, and has a status and headers of its own. */
import type { Express, Request, Response } from 'express';
import { type SkillsError, toSkillsError } from '../../contract/errors';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../../contract/skills-api';
import { inPhase } from '../../contract/telemetry';
import { type HttpErrorResponse, send } from '../../runtime/http-response';
import { serveHttp } from '../../runtime/http-server';
import { answerOtherMethod } from '../../runtime/other-methods';
import { type AddressOf, publicAddressOf } from '../../runtime/public-address';
import { requestIdHeader, requestInfoOf } from '../../runtime/request-info';
import { type Call, requestCodec, responseCodec } from '../common/codecs';
import { createApp, handleErrors, jsonReader } from '../common/express-app';
import { jsonAsXml, problemAsXml } from '../common/json-as-xml';
import { decodeContext, decodeFormat, type Format, problemFormat } from './context';
import { encodeError } from './errors';
import { checkOf } from './preconditions';
import { REQUESTS, type ReceivedRequest } from './requests';
import { RESPONSES, type RestResponse } from './responses';
import { BASE, openapiFor, ROUTES } from './schema';

export const serve = (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const app = createApp().enable('case sensitive routing');
  const addressOf = publicAddressOf(options);
  app.get(`${BASE}/openapi.json`, (request, response) => {
    const headers = { 'Content-Type': 'application/json', ...requestIdHeader(request) };
    send(response, 200, headers, openapiFor(addressOf(request)));
  });
  app.all(`${BASE}/openapi.json`, (request, response) => answerOtherMethod(request, response, 'GET, HEAD'));
  for (const operation of OPERATION_NAMES) mount(app, api, operation, addressOf);
  for (const path of new Set(OPERATION_NAMES.map(pathOf))) rejectOtherMethods(app, path);
  handleErrors(app, sendError);
  return serveHttp({ protocol: 'rest', app, transportError }, options);
};

/** As Express writes it: `/skills/{id}` is `/skills/:id`, and a colon of our own is escaped. */
const pathOf = (operation: Operation): string =>
  BASE + ROUTES[operation].path.replaceAll(':', '\\:').replace(/\{(\w+)\}/g, ':$1');

const mount = <O extends Operation>(
  app: Express,
  api: SkillsApi,
  operation: O,
  addressOf: AddressOf,
): void => {
  const { decode } = requestCodec(REQUESTS, operation);
  const { encode } = responseCodec(RESPONSES, operation);
  const call = api[operation] as Call<O>;
  const check = checkOf(operation);
  const { method } = ROUTES[operation];
  const hasBody = ['POST', 'PATCH', 'PUT'].includes(method);
  app[method.toLowerCase() as 'get'](pathOf(operation), async (request: Request, response: Response) => {
    const { observed } = requestInfoOf(request);
    // An error before `try` reaches Express's last handler, without the operation: it is not about a field of the body.
    const format = decodeFormat(request);
    const context = decodeContext(request, response);
    let message!: ReceivedRequest;
    const read = () => {
      message = received(request, format, addressOf);
      return decode(message);
    };
    const input = await inPhase(observed, 'decode', () => (hasBody ? readJson(request).then(read) : read()));
    try {
      const checked = check ? await check(api, input, request.headers, context) : input;
      const output = await call(checked, context);
      inPhase(observed, 'encode', () => sendResponse(request, response, format, encode(output, message)));
    } catch (thrown) {
      sendError(request, response, toSkillsError(thrown), operation);
    }
  });
};

const received = (request: Request, format: Format, addressOf: AddressOf): ReceivedRequest => {
  const { params: path, query, headers, body, url } = request;
  const linkTo = (to: string) => addressOf(request).prefix + to;
  return { path, query, headers, body, url, format, linkTo } as ReceivedRequest;
};

const sendResponse = (
  request: Request,
  response: Response,
  format: Format,
  { status, headers, root, json }: RestResponse,
): void => {
  // Assigned, because spreading both into a third object costs V8 a tenth of a small call.
  const all: Record<string, string> = Object.assign(requestIdHeader(request), headers);
  if (json === undefined) {
    if (status === 304) all.Vary = varyOf(response);
    send(response, status, all);
    return;
  }
  all['Content-Type'] = `application/${format}`;
  all.Vary = varyOf(response);
  send(response, status, all, format === 'xml' ? jsonAsXml(root as string, json) : json);
};

/** The format is negotiated, also that of an error, and CORS may have set Vary already (RFC 9110, section 12.5.5). */
const varyOf = (response: Response): string => {
  const vary = response.getHeader('Vary');
  return vary === undefined ? 'Accept' : `${vary}, Accept`;
};

const readJson = jsonReader(['application/json', 'application/merge-patch+json'], 'JSON');

const rejectOtherMethods = (app: Express, path: string): void => {
  const methods = OPERATION_NAMES.filter((name) => pathOf(name) === path).map((name) => ROUTES[name].method);
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  app.all(path, (request, response) => answerOtherMethod(request, response, allowed));
};

const sendError = (request: Request, response: Response, error: SkillsError, operation?: Operation): void => {
  const { status, headers, body } = encodeError(error, operation);
  const format = problemFormat(request);
  requestInfoOf(request).observed?.recordError(error.code);
  const type = { 'Content-Type': `application/problem+${format}`, Vary: varyOf(response) };
  Object.assign(headers, requestIdHeader(request), type);
  send(response, status, headers, format === 'xml' ? problemAsXml(body) : body);
};

const transportError = (error: SkillsError): HttpErrorResponse => encodeError(error);
