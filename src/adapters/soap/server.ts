/** The soap library reads envelopes and finds the operation; HTTP around it is ours, as the library sets no bounds. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { XMLValidator } from 'fast-xml-parser';
import { createServerless, type ISoapServiceMethod, type Server } from 'soap';
import { asSkillsError, malformed, SkillsError } from '../../contract/errors';
import type { RunningServer, ServeOptions } from '../../contract/protocol';
import type { Input, Operation, Output, SkillsApi } from '../../contract/skills-api';
import { answerHealth, readBody, send, serveHttp, unsupportedMediaType } from '../common/http-server';
import { answerHeaders, decodeContext } from './context';
import { encodeError, encodeFaultEnvelope } from './errors';
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
};
const OPERATIONS = Object.keys(ENCODERS) as Operation[];

/** The headers of requests that the library led to a method; what it made of any other is not fit to send. */
type Reached = WeakSet<object>;

export const serve = async (api: SkillsApi, options: ServeOptions): Promise<RunningServer> => {
  const reached: Reached = new WeakSet();
  const library = await load(api, reached);
  const server = createServer(async (request, response) => {
    try {
      if (!answerHealth(request, response)) await route(request, response, library, reached);
    } catch (thrown) {
      const error = asSkillsError(thrown);
      answer(request, response, STATUS[error.reason] ?? 500, encodeFaultEnvelope(error));
    }
  });
  return serveHttp(server, options);
};

/** HTTP's own refusals have their own status; every other fault is 500. */
const STATUS: Record<string, number> = {
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

const load = (api: SkillsApi, reached: Reached): Promise<Server> =>
  new Promise((resolve, reject) => {
    const methods = OPERATIONS.map((operation) => [elementName(operation), method(api, operation, reached)]);
    createServerless({
      path: PATH,
      // An empty element is empty text only where its type is xs:string; any other is null, as if it were xsi:nil.
      xml: WSDL.replace(/(?<=type=")tns:Skill(Level|Order)(?=")/g, 'xs:string'),
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

const method =
  <O extends Operation>(api: SkillsApi, operation: O, reached: Reached): ISoapServiceMethod =>
  async (body, _callback, blocks, request) => {
    const { headers } = request as IncomingMessage;
    reached.add(headers);
    const call = api[operation] as (input: Input<O>, context: object) => Promise<Output<O>>;
    const encode = ENCODERS[operation] as (output: Output<O>) => string;
    try {
      const context = decodeContext(headers, blocks);
      const output = await call(wire.decodeRequest(body), context);
      return { _xml: wire.encodeResponse(operation, encode(output)) };
    } catch (thrown) {
      throw encodeError(asSkillsError(thrown));
    }
  };

const route = async (
  request: IncomingMessage,
  response: ServerResponse,
  library: Server,
  reached: Reached,
): Promise<void> => {
  const [path, search] = (request.url ?? '').split('?');
  if (path !== PATH)
    throw new SkillsError('UNIMPLEMENTED', 'ROUTE_NOT_FOUND', `There is nothing at ${path}.`);
  if (request.method === 'GET' && search === 'wsdl') {
    return answer(request, response, 200, wsdlFor(request.headers.host));
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
  // A document type can only stand before the root; with it go entities, and so the bombs made of them.
  if (DOCTYPE.test(xml)) throw malformed('A document type (DTD) is not allowed here.');
  // The operation is the body's element: a SOAPAction that says otherwise would call one by another's input.
  const { soapaction: _ignored, ...headers } = request.headers;
  const reply = await library.processRequest(inOnePiece(xml), { url: PATH, headers });
  if (!reached.has(headers)) throw diagnose(xml);
  answer(request, response, reply.statusCode, reply.body);
};

const DOCTYPE = /^(?:\s|<!--(?:(?!-->)[\s\S])*-->|<\?(?:(?!\?>)[\s\S])*\?>)*<!DOCTYPE/;

/** CDATA and comments cut a text into pieces, and the library drops a piece of nothing but spaces. */
const inOnePiece = (xml: string): string =>
  xml.includes('<!')
    ? xml.replace(PIECES, (piece, comment, text, cdata) => {
        if (comment) return '';
        return cdata ? wire.escapeText(text) : piece;
      })
    : xml;

/** One without an end goes on to the end of all, so that no place is read twice. */
const PIECES = /<!--[\s\S]*?(-->|$)|<!\[CDATA\[([\s\S]*?)(\]\]>|$)/g;

/** What the library stumbled over before it reached a method. */
const diagnose = (xml: string): SkillsError => {
  const validity = XMLValidator.validate(xml);
  if (validity !== true) {
    return malformed(`The body is not XML: ${validity.err.msg} (line ${validity.err.line}).`);
  }
  const name = /<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)/.exec(xml)?.[1];
  if (name === undefined || OPERATIONS.some((operation) => elementName(operation) === name)) {
    return malformed('The body is not a SOAP envelope that this service can read.');
  }
  return new SkillsError('UNIMPLEMENTED', 'OPERATION_NOT_FOUND', `There is no operation ${name}.`);
};

const answer = (request: IncomingMessage, response: ServerResponse, status: number, xml: string): void =>
  send(
    response,
    status,
    { 'Content-Type': 'text/xml; charset=utf-8', ...answerHeaders(request.headers) },
    xml,
  );
