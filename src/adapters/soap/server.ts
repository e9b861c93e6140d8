/** The soap library reads the WSDL and writes envelopes. It ignores namespaces, so the adapter reads requests itself. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServerless, type ISoapServiceMethod, type Server } from 'soap';
import { type SkillsError, toSkillsError } from '../../contract/errors';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import { OPERATION_NAMES, type Operation, type Output, type SkillsApi } from '../../contract/skills-api';
import { inPhase } from '../../contract/telemetry';
import { readBody } from '../../runtime/http-body';
import { type HttpErrorResponse, send } from '../../runtime/http-response';
import { serveHttp } from '../../runtime/http-server';
import { answerOtherMethod } from '../../runtime/other-methods';
import { publicAddressOf } from '../../runtime/public-address';
import { requestIdHeader, requestInfoOf } from '../../runtime/request-info';
import { routeNotFound, unsupportedContentType } from '../../runtime/transport-errors';
import { type Call, requestCodec, responseCodec } from '../common/codecs';
import { decodeXml, xmlCharsetOf } from '../common/decode-text';
import { decodeContext } from './context';
import { decodeRequestEnvelope, encodeRequestEnvelope, encodeResponseElement } from './envelope';
import { encodeError, encodeTransportError, XML_TYPE } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { PATH, ROUTES, WSDL, wsdlFor } from './schema';

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const encodeResponseEnvelope = await loadResponseEnvelopes();
  const addressOf = publicAddressOf(options);
  const sendWsdl = (request: IncomingMessage, response: ServerResponse) =>
    sendXml(request, response, 200, wsdlFor(addressOf(request)));
  const call = (request: IncomingMessage, response: ServerResponse) =>
    handle(request, response, encodeResponseEnvelope, api);
  const app = (request: IncomingMessage, response: ServerResponse) =>
    route(request, response, sendWsdl, call).catch((thrown) =>
      sendError(request, response, toSkillsError(thrown)),
    );
  return serveHttp({ protocol: 'soap', app, transportError }, options);
};

/** The library writes the object that a method returns: here the `headers` of processRequest, with CONTENT_MARK as XML. */
const returnHeaders: ISoapServiceMethod = (_body, _reply, _blocks, { headers }) => headers;

const loadLibrary = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const methods = OPERATION_NAMES.map((operation) => [ROUTES[operation], returnHeaders]);
    createServerless({
      path: PATH,
      xml: WSDL,
      services: { SkillsService: { SkillsPort: Object.fromEntries(methods) } },
      callback: (error, server: Server) => (error ? reject(error) : resolve(server)),
    }).catch(reject);
  });

type EncodeResponseEnvelope = (operation: Operation, output: Output<Operation>) => string;

/** The library writes the envelope of each operation once, because responses differ in the content of the Body only. */
const loadResponseEnvelopes = async (): Promise<EncodeResponseEnvelope> => {
  const library = await loadLibrary();
  const envelopes = new Map<Operation, string[]>();
  for (const operation of OPERATION_NAMES) {
    const request = encodeRequestEnvelope(operation, '');
    const { body } = await library.processRequest(request, { url: PATH, headers: { _xml: CONTENT_MARK } });
    envelopes.set(operation, body.split(CONTENT_MARK));
  }
  return (operation, output) => {
    const content = responseCodec(RESPONSES, operation).encode(output);
    return envelopes.get(operation)!.join(encodeResponseElement(operation, content));
  };
};

const CONTENT_MARK = '<content/>';

const route = async (
  request: IncomingMessage,
  response: ServerResponse,
  sendWsdl: RequestListener,
  call: RequestListener,
): Promise<void> => {
  const [path = '', search] = (request.url ?? '').split('?');
  if (path !== PATH) throw routeNotFound(path);
  const isWsdl = /^wsdl=?$/i.test(search ?? '');
  if (isWsdl && (request.method === 'GET' || request.method === 'HEAD')) return sendWsdl(request, response);
  if (isWsdl) return answerOtherMethod(request, response, 'GET, HEAD');
  if (request.method !== 'POST') return answerOtherMethod(request, response, 'POST', HINT);
  const type = request.headers['content-type'];
  if (!/^text\/xml\s*(;|$)/i.test(type ?? '')) throw unsupportedContentType(type, 'text/xml; charset=utf-8');
  xmlCharsetOf(type);
  await call(request, response);
};

const HINT = `POST, or GET ${PATH}?wsdl`;

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  encodeResponseEnvelope: EncodeResponseEnvelope,
  api: SkillsApi,
): Promise<void> => {
  const body = await readBody(request);
  const { observed } = requestInfoOf(request);
  const { blocks, operation, input } = inPhase(observed, 'decode', () => {
    const { content, ...envelope } = decodeRequestEnvelope(decodeXml(body, request.headers['content-type']));
    return { ...envelope, input: requestCodec(REQUESTS, envelope.operation).decode(content) };
  });
  const context = decodeContext(request, response, blocks);
  const output = await (api[operation] as Call<Operation>)(input, context);
  const xml = inPhase(observed, 'encode', () => encodeResponseEnvelope(operation, output));
  sendXml(request, response, 200, xml);
};

const sendXml = (request: IncomingMessage, response: ServerResponse, status: number, xml: string): void =>
  send(response, status, { ...XML_TYPE, ...requestIdHeader(request) }, xml);

const sendError = (request: IncomingMessage, response: ServerResponse, error: SkillsError): void => {
  requestInfoOf(request).observed?.recordError(error.code);
  const { status, headers, body } = encodeError(error);
  send(response, status, { ...headers, ...requestIdHeader(request) }, body);
};

const transportError = (error: SkillsError): HttpErrorResponse => encodeTransportError(error);
