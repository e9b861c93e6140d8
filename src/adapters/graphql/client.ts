/** A SkillsApi over GraphQL: every operation is one POST of a document and its variables. */
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import type { Input, Operation } from '../../contract/skills-api';
import { connectHttp } from '../common/http-client';
import { rejectUnencodable } from '../common/reject-unencodable';
import { decodeError } from './errors';
import { PATH } from './schema';
import * as wire from './wire';

/** GraphQL's own way to ask: any document, for what no operation of SkillsApi asks in one go. */
export interface GraphqlClient extends SkillsClient {
  // biome-ignore lint/suspicious/noExplicitAny: only the document knows the answer's type.
  execute(document: string, variables?: object, context?: CallContext): Promise<any>;
}

export const connect = (address: string, options?: ConnectOptions): GraphqlClient => {
  const http = connectHttp(address, options);

  const execute: GraphqlClient['execute'] = async (query, variables, context) => {
    const answer = await http.send(
      {
        method: 'POST',
        path: PATH,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      },
      context,
    );
    const { data, errors } = wire.decode(answer.text);
    if (errors || !data) throw decodeError(answer, Object(errors?.[0]));
    return data;
  };

  const call = async <O extends Operation>(
    operation: O,
    input: Input<O>,
    context: CallContext | undefined,
    variables?: object,
  ) => {
    rejectUnencodable(operation, input);
    return execute(wire.DOCUMENTS[operation](input as wire.Reads), variables, context);
  };

  const write = <O extends Operation>(operation: O, input: Input<O>, context?: CallContext) => {
    const key = context?.idempotencyKey;
    const idempotencyKey = key === undefined ? undefined : checkedIdempotencyKey(key);
    return call(operation, input, context, { ...input, idempotencyKey });
  };

  return {
    execute,
    listCategories: async (input, context) =>
      (await call('listCategories', input, context)).categories.map(wire.decodeCategory),
    getCategory: async (input, context) =>
      wire.decodeCategory((await call('getCategory', input, context, { id: input.id })).category),
    getSkill: async (input, context) =>
      wire.decodeSkill((await call('getSkill', input, context, { id: input.id })).skill),
    listSkills: async (input, context) =>
      wire.decodePage((await call('listSkills', input, context, wire.encodeListSkills(input))).skills),
    batchGetSkills: async (input, context) =>
      wire.decodeBatch((await call('batchGetSkills', input, context, { ids: input.ids })).skillsById),
    getLearningPath: async (input, context) =>
      wire.decodeLearningPath(
        (await call('getLearningPath', input, context, { id: input.id })).skill.learningPath,
      ),
    createSkill: async (input, context) =>
      wire.decodeSkill((await write('createSkill', input, context)).createSkill),
    updateSkill: async (input, context) =>
      wire.decodeSkill((await write('updateSkill', input, context)).updateSkill),
    deleteSkill: async (input, context) => {
      await write('deleteSkill', input, context);
    },
    setProgress: async (input, context) =>
      wire.decodeProgress((await write('setProgress', input, context)).setProgress),
    listProgress: async (input, context) =>
      (await call('listProgress', input, context)).progress.map(wire.decodeProgress),
    close: http.close,
  };
};
