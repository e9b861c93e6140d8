/** A SkillsApi over SOAP: plain HTTP and fast-xml-parser, so that our XML has a second, independent reader. */
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import { requestCodec, responseCodec } from '../common/codecs';
import { connectHttp } from '../common/http-client';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { encodeContext } from './context';
import { decodeEnvelope, encodeRequestEnvelope } from './envelope';
import { decodeError } from './errors';
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
    if (response.status !== 200) throw decodeError(response);
    return responseCodec(RESPONSES, operation).decode(decodeEnvelope(response.text).content, input);
  };

  return skillsClient(call, http.close);
};
