/** A SkillsApi over HTTP and JSON: one request per operation, and any status from 300 on is a problem document. */
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import type { Operation } from '../../contract/skills-api';
import { requestCodec, responseCodec } from '../common/codecs';
import { decodeOrThrow, decodeOutput } from '../common/decode-output';
import { foreignResponse } from '../common/foreign-response';
import { connectHttp } from '../common/http-client';
import { parseJson } from '../common/parse-json';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { encodeContext } from './context';
import { decodeError } from './errors';
import { type Query, REQUESTS, type RestRequest } from './requests';
import { RESPONSES } from './responses';
import { BASE, ROUTES } from './schema';

export const connect = (address: string, options?: ConnectOptions): SkillsClient => {
  const http = connectHttp(address, options);

  const call: CallOperation = async (operation, input, context) => {
    rejectUnencodable(operation, input);
    const request = requestCodec(REQUESTS, operation).encode(input);
    const { method } = ROUTES[operation];
    const headers = { ...request.headers, ...encodeContext(context) };
    const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const response = await http.send({ method, path: urlOf(operation, request), headers, ...body }, context);
    const foreign = () => foreignResponse(response);
    if (response.status >= 300) throw decodeOrThrow(foreign, () => decodeError(response, operation));
    const json = response.status === 204 ? undefined : parseJson(response.body);
    return decodeOutput(foreign, operation, input, () =>
      responseCodec(RESPONSES, operation).decode(json, input),
    );
  };

  return skillsClient(call, http.close);
};

/** Path and query string of a request. */
export const urlOf = (operation: Operation, { path = {}, query = {} }: RestRequest): string =>
  BASE + ROUTES[operation].path.replace(/\{(\w+)\}/g, (_, name) => path[name] ?? '') + queryString(query);

const queryString = (query: Query): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  // A comma needs no escape in a query (RFC 3986, section 3.4), and lists are easier to read with it.
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}`.replaceAll('%2C', ',') : '';
};
