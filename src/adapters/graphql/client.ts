/** A SkillsApi over GraphQL: every operation is one POST of a document and its variables. */
import type { CallContext } from '../../contract/context';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import { OPERATIONS } from '../../contract/skills-api';
import { requestCodec, responseCodec } from '../common/codecs';
import { decodeOrThrow, decodeOutput } from '../common/decode-output';
import { foreignResponse } from '../common/foreign-response';
import { connectHttp } from '../common/http-client';
import { parseJson } from '../common/parse-json';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { encodeContext } from './context';
import { decodeError } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { PATH } from './schema';

/** Only GraphQL has `execute`: one document of the caller can replace several operations of SkillsApi. */
export interface GraphqlClient extends SkillsClient {
  // biome-ignore lint/suspicious/noExplicitAny: the document determines the type of the data.
  execute(document: string, variables?: object, context?: CallContext): Promise<any>;
}

export const connect = (address: string, options?: ConnectOptions): GraphqlClient => {
  const http = connectHttp(address, options);

  const send = async (query: string, variables?: object, context?: CallContext) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query, variables });
    const response = await http.send({ method: 'POST', path: PATH, headers, body }, context);
    const foreign = () => foreignResponse(response);
    const { data, errors } = parseJson(response.body);
    if (errors || !data) throw decodeOrThrow(foreign, () => decodeError(response, Object(errors?.[0])));
    return { data, foreign };
  };

  const call: CallOperation = async (operation, input, context) => {
    rejectUnencodable(operation, input);
    const { query, variables } = requestCodec(REQUESTS, operation).encode(input);
    const key = encodeContext(context);
    // Only mutations have the argument `idempotencyKey`.
    const sent = OPERATIONS[operation] === 'write' ? { ...variables, ...key } : variables;
    const { data, foreign } = await send(query, sent, context);
    return decodeOutput(foreign, operation, input, () =>
      responseCodec(RESPONSES, operation).decode(data, input),
    );
  };

  const execute: GraphqlClient['execute'] = async (...request) => (await send(...request)).data;
  return { ...skillsClient(call, http.close), execute };
};
