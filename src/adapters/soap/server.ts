/** The soap library reads envelopes and finds the operation; the limits it lacks, and HTTP around it, are ours. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServerless, type ISoapServiceMethod, type Server } from 'soap';
import { type SkillsError, toSkillsError } from '../../contract/errors';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../../contract/skills-api';
import { inPhase } from '../../contract/telemetry';
import { readBody } from '../../runtime/http-body';
import { type HttpErrorResponse, send } from '../../runtime/http-response';
import { serveHttp } from '../../runtime/http-server';
import { requestIdHeader, requestInfoOf } from '../../runtime/request-info';
import { methodNotAllowed, routeNotFound, unsupportedContentType } from '../../runtime/transport-errors';
import { bearerChallenge } from '../common/bearer-challenge';
import { type Call, requestCodec, responseCodec } from '../common/codecs';
import { decodeContext } from './context';
import { checkRequestEnvelope, encodeResponseElement, notAnEnvelope } from './envelope';
import { encodeError, httpStatus } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { PATH, ROUTES, WSDL, wsdlFor } from './schema';

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const library = await loadLibrary();
  const app = (request: IncomingMessage, response: ServerResponse) =>
    route(request, response, library, api).catch((thrown) =>
      sendError(request, response, toSkillsError(thrown)),
    );
  return serveHttp({ protocol: 'soap', app, transportError }, options);
};

/** A call as the library dispatches it. `reply` gives the library the content of its envelope; `envelope` then resolves. */
interface Dispatched {
  readonly operation: Operation;
  readonly body: unknown;
  readonly reply: (response: { readonly _xml: string }) => void;
}

/**
 * The library calls this with the object that processRequest got as `headers`. It only notes the call there; `call` makes
 * it, so that errors are the service's and not the library's.
 */
const dispatch =
  (operation: Operation): ISoapServiceMethod =>
  (body, reply, _blocks, { headers }) => {
    Object.assign(headers, { operation, body, reply } as Dispatched);
  };

const loadLibrary = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const methods = OPERATION_NAMES.map((operation) => [ROUTES[operation], dispatch(operation)]);
    createServerless({
      path: PATH,
      // The library reads an empty element as text only for xs:string, and as null for any other type.
      // Null would remove a level: `<level/>` in a patch.
      xml: WSDL.replace(/(?<=type=")tns:(SkillLevel|SkillOrder|ProgressStatus)(?=")/g, 'xs:string'),
      services: { SkillsService: { SkillsPort: Object.fromEntries(methods) } },
      callback: (error, server: Server) => {
        if (error) return reject(error);
        // The library takes these options only here. Without the deserializer it reads "12 apples" as the int 12.
        const { wsdl } = server as unknown as { wsdl: { options: object } };
        Object.assign(wsdl.options, {
          preserveWhitespace: true,
          handleNilAsNull: true,
          customDeserializer: { int: (text: string) => text },
        });
        resolve(server);
      },
    }).catch(reject);
  });

const route = async (
  request: IncomingMessage,
  response: ServerResponse,
  library: Server,
  api: SkillsApi,
): Promise<void> => {
  const [path = '', search] = (request.url ?? '').split('?');
  if (path !== PATH) throw routeNotFound(path);
  if (request.method === 'GET' && search === 'wsdl') {
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    return sendXml(request, response, 200, wsdlFor(request.headers.host, scheme));
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw methodNotAllowed(String(request.method), 'POST, or GET /soap?wsdl');
  }
  const type = request.headers['content-type'] ?? '';
  if (!/^text\/xml\b/i.test(type) || /charset\s*=(?!\s*"?utf-8\b)/i.test(type))
    throw unsupportedContentType(type || undefined, 'text/xml; charset=utf-8');
  const xml = await readBody(request);
  await call(request, response, xml, library, api);
};

const call = async (
  request: IncomingMessage,
  response: ServerResponse,
  sent: string,
  library: Server,
  api: SkillsApi,
): Promise<void> => {
  const { observed } = requestInfoOf(request);
  const { blocks, operation, input, reply, envelope } = inPhase(observed, 'decode', () =>
    decode(sent, library),
  );
  const context = decodeContext(request, response, blocks);
  const output = await (api[operation] as Call<Operation>)(input, context);
  const content = inPhase(observed, 'encode', () => responseCodec(RESPONSES, operation).encode(output));
  reply({ _xml: encodeResponseElement(operation, content) });
  sendXml(request, response, 200, (await envelope).body);
};

const decode = (sent: string, library: Server) => {
  const { blocks, xml } = checkRequestEnvelope(sent);
  // A SOAPAction is not passed on: one that differs from the Body would dispatch another operation.
  const dispatched: Partial<Dispatched> = {};
  const envelope = library.processRequest(xml, { url: PATH, headers: dispatched });
  const { operation, body, reply } = dispatched;
  if (operation && reply) {
    const input = requestCodec(REQUESTS, operation).decode(body);
    return { operation, input, blocks, reply, envelope };
  }
  // The library has answered with an error of its own, which is not the service's form of an error.
  envelope.catch(() => undefined);
  throw notAnEnvelope();
};

const XML_TYPE = { 'Content-Type': 'text/xml; charset=utf-8' };

const sendXml = (request: IncomingMessage, response: ServerResponse, status: number, xml: string): void =>
  send(response, status, { ...XML_TYPE, ...requestIdHeader(request) }, xml);

const sendError = (request: IncomingMessage, response: ServerResponse, error: SkillsError): void => {
  requestInfoOf(request).observed?.recordError(error.code);
  const status = httpStatus(error, 500);
  if (status === 401) response.setHeader('WWW-Authenticate', String(bearerChallenge(error)));
  sendXml(request, response, status, encodeError(error));
};

const transportError = (error: SkillsError): HttpErrorResponse => ({
  status: httpStatus(error, 400),
  headers: { ...XML_TYPE },
  body: encodeError(error),
});
