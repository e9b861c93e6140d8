/** A SkillsApi over SOAP: plain HTTP and fast-xml-parser, so that our XML has a second, independent reader. */
import type { CallContext } from '../../contract/context';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import type { Input, Operation } from '../../contract/skills-api';
import { connectHttp } from '../common/http-client';
import { rejectUnencodable } from '../common/reject-unencodable';
import { encodeHeader } from './context';
import { decodeError } from './errors';
import { elementName, NAMESPACE, PATH } from './schema';
import * as wire from './wire';

export const connect = (address: string, options?: ConnectOptions): SkillsClient => {
  const http = connectHttp(address, options);

  const call = async <O extends Operation>(
    operation: O,
    input: Input<O>,
    context: CallContext | undefined,
  ) => {
    rejectUnencodable(operation, input);
    const headers = {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"${NAMESPACE}:${elementName(operation)}"`,
    };
    const body = wire.encodeRequest(operation, input, encodeHeader(context));
    const answer = await http.send({ method: 'POST', path: PATH, headers, body }, context);
    if (answer.status !== 200) throw decodeError(answer);
    return wire.decodeEnvelope(answer.text).response;
  };

  return {
    listCategories: async (input, context) =>
      wire.decodeCategories(await call('listCategories', input, context)),
    getCategory: async (input, context) =>
      wire.decodeCategory((await call('getCategory', input, context)).category),
    getSkill: async (input, context) => wire.decodeSkill((await call('getSkill', input, context)).skill),
    listSkills: async (input, context) => wire.decodePage(await call('listSkills', input, context)),
    batchGetSkills: async (input, context) => wire.decodeBatch(await call('batchGetSkills', input, context)),
    getLearningPath: async (input, context) =>
      wire.decodeLearningPath(await call('getLearningPath', input, context)),
    createSkill: async (input, context) =>
      wire.decodeSkill((await call('createSkill', input, context)).skill),
    updateSkill: async (input, context) =>
      wire.decodeSkill((await call('updateSkill', input, context)).skill),
    deleteSkill: async (input, context) => {
      await call('deleteSkill', input, context);
    },
    setProgress: async (input, context) =>
      wire.decodeProgress((await call('setProgress', input, context)).progress),
    listProgress: async (input, context) =>
      wire.decodeProgressList(await call('listProgress', input, context)),
    close: http.close,
  };
};
