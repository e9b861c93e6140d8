/** A SkillsApi over SOAP: plain HTTP and saxes. A fault comes with any status, and an error of HTTP as problem details. */
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import { requestCodec, responseCodec } from '../common/codecs';
import { decodeOrThrow, decodeOutput } from '../common/decode-output';
import { decodeXml } from '../common/decode-text';
import { foreignResponse } from '../common/foreign-response';
import { connectHttp } from '../common/http-client';
import { decodeProblem } from '../common/problem-details';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { encodeContext } from './context';
import { decodeResponseEnvelope, encodeRequestEnvelope } from './envelope';
import { decodeError, isProblem } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { NAMESPACE, PATH, ROUTES } from './schema';

export const connect = (address: string, options?: ConnectOptions): SkillsClient => {
  const http = connectHttp(address, options);

  const call: CallOperation = async (operation, input, context) => {
    rejectUnencodable(operation, input);
    const headers = {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"${NAMESPACE}:${ROUTES[operation]}"`,
    };
    const content = requestCodec(REQUESTS, operation).encode(input);
    const body = encodeRequestEnvelope(operation, content, encodeContext(context));
    const response = await http.send({ method: 'POST', path: PATH, headers, body }, context);
    const foreign = () => foreignResponse(response);
    if (isProblem(response)) throw decodeOrThrow(foreign, () => decodeProblem(response));
    const xml = decodeOrThrow(foreign, () => decodeXml(response.body, response.headers['content-type']));
    const envelope = decodeOrThrow(foreign, () => decodeResponseEnvelope(operation, xml));
    if ('fault' in envelope) throw decodeOrThrow(foreign, () => decodeError(response, envelope.fault));
    return decodeOutput(foreign, operation, input, () =>
      responseCodec(RESPONSES, operation).decode(envelope.content, input),
    );
  };

  return skillsClient(call, http.close);
};
