/** The soap library reads envelopes and finds the operation; what it sets no bounds to, and HTTP around it, is ours. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServerless, type ISoapServiceMethod, type Server } from 'soap';
import { SkillsError, toSkillsError } from '../../contract/errors';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Operation, Output, SkillsApi } from '../../contract/skills-api';
import { inPhase } from '../../contract/telemetry';
import {
  HTTP_STATUS_OF_REASON,
  readBody,
  send,
  serveHttp,
  unsupportedMediaType,
} from '../../runtime/http-server';
import { requestInfoOf } from '../../runtime/request-info';
import { decodeContext, noEnvelope, readEnvelope, requestIdHeader } from './context';
import { encodeError } from './errors';
import { elementName, PATH, WSDL, wsdlFor } from './schema';
import * as wire from './wire';

const ENCODERS: { readonly [O in Operation]: (output: Output<O>) => string } = {
  listCategories: wire.encodeCategories,
  getCategory: wire.encodeOneCategory,
  getSkill: wire.encodeOneSkill,
  listSkills: wire.encodePage,
  batchGetSkills: wire.encodeBatch,
  getLearningPath: wire.encodeLearningPath,
  createSkill: wire.encodeOneSkill,
  updateSkill: wire.encodeOneSkill,
  deleteSkill: wire.encodeNothing,
  setProgress: wire.encodeOneProgress,
  listProgress: wire.encodeProgressList,
};
const OPERATIONS = Object.keys(ENCODERS) as Operation[];

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const library = await load();
  const app = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await route(request, response, library, api);
    } catch (thrown) {
      const error = toSkillsError(thrown);
      requestInfoOf(request).observed?.recordError(error.code);
      const status = HTTP_STATUS_OF_REASON[error.reason] ?? 500;
      if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_request"');
      answer(request, response, status, encodeError(error));
    }
  };
  const errorResponse = (error: SkillsError) => ({
    status: HTTP_STATUS_OF_REASON[error.reason] ?? 400,
    headers: { ...XML_TYPE },
    body: encodeError(error),
  });
  return serveHttp({ protocol: 'soap', app, errorResponse }, options);
};

/** What the library led to a method, and the way back into an envelope of its own. */
interface Call {
  readonly operation: Operation;
  readonly body: unknown;
  readonly reply: (answer: { readonly _xml: string }) => void;
}

/** Our methods only take notes, in what the library takes for the headers of HTTP: the call itself is for us to make. */
const note =
  (operation: Operation): ISoapServiceMethod =>
  (body, reply, _blocks, { headers: call }) => {
    Object.assign(call, { operation, body, reply } as Call);
  };

const load = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const methods = OPERATIONS.map((operation) => [elementName(operation), note(operation)]);
    createServerless({
      path: PATH,
      // An empty element is empty text only where its type is xs:string; any other is null, as if it were xsi:nil.
      xml: WSDL.replace(/(?<=type=")tns:(SkillLevel|SkillOrder|ProgressStatus)(?=")/g, 'xs:string'),
      services: { SkillsService: { SkillsPort: Object.fromEntries(methods) } },
      callback: (error, server: Server) => {
        // The library takes these options only here, and reads "12 apples" as the int 12 unless told otherwise.
        const { wsdl } = server as unknown as { wsdl: { options: object } };
        Object.assign(wsdl.options, {
          preserveWhitespace: true,
          handleNilAsNull: true,
          customDeserializer: { int: (text: string) => text },
        });
        if (error) reject(error);
        else resolve(server);
      },
    }).catch(reject);
  });

const route = async (
  request: IncomingMessage,
  response: ServerResponse,
  library: Server,
  api: SkillsApi,
): Promise<void> => {
  const [path, search] = (request.url ?? '').split('?');
  if (path !== PATH)
    throw new SkillsError('UNIMPLEMENTED', 'ROUTE_NOT_FOUND', `There is nothing at ${path}.`);
  if (request.method === 'GET' && search === 'wsdl') {
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    return answer(request, response, 200, wsdlFor(request.headers.host, scheme));
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new SkillsError('UNIMPLEMENTED', 'METHOD_NOT_ALLOWED', 'SOAP is POST; GET answers ?wsdl alone.');
  }
  const type = request.headers['content-type'] ?? '(none)';
  if (!/^text\/xml\b/i.test(type) || /charset\s*=(?!\s*"?utf-8\b)/i.test(type)) {
    throw unsupportedMediaType(`content-type ${type}; send text/xml; charset=utf-8`);
  }
  const xml = await readBody(request);
  const { observed } = requestInfoOf(request);
  const { blocks, operation, input, reply, envelope } = inPhase(observed, 'decode', () =>
    decode(xml, library),
  );
  const context = decodeContext(request, response, blocks);
  const call = api[operation] as (input: unknown, context: object) => Promise<Output<Operation>>;
  const output = await call(input, context);
  reply(inPhase(observed, 'encode', () => encodeAnswer(operation, output)));
  answer(request, response, 200, (await envelope).body);
};

const decode = (sent: string, library: Server) => {
  const { blocks, xml } = readEnvelope(sent);
  const call: Partial<Call> = {};
  // A SOAPAction is not among these headers: one that says otherwise than the body would call another operation.
  const envelope = library.processRequest(xml, { url: PATH, headers: call });
  const { operation, body, reply } = call;
  if (operation && reply) return { operation, input: wire.decodeRequest(body), blocks, reply, envelope };
  // The library has answered already, in words that are not fit to send.
  envelope.catch(() => undefined);
  throw noEnvelope();
};

const encodeAnswer = <O extends Operation>(operation: O, output: Output<O>): { _xml: string } => {
  const encode = ENCODERS[operation] as (output: Output<O>) => string;
  return { _xml: wire.encodeResponse(operation, encode(output)) };
};

const answer = (request: IncomingMessage, response: ServerResponse, status: number, xml: string): void =>
  send(response, status, { ...XML_TYPE, ...requestIdHeader(request) }, xml);

const XML_TYPE = { 'Content-Type': 'text/xml; charset=utf-8' };
