/** A SkillsApi over gRPC: every operation is one unary call on one HTTP/2 connection. */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import type { CallContext } from '../../contract/context';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import type { Input, Operation } from '../../contract/skills-api';
import { rejectUnencodable } from '../common/reject-unencodable';
import { encodeContext, encodeRequestId } from './context';
import { decodeError } from './errors';
import { METHODS, type Message } from './schema';
import * as wire from './wire';

/** Each client has its own connection, and trusts its server as to the size of answers. */
const CHANNEL = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 };

export const connect = (
  address: string,
  { timeoutMs = 30_000, token, tls }: ConnectOptions = {},
): SkillsClient => {
  const client = tls ? encrypted(address, tls) : new Client(address, credentials.createInsecure(), CHANNEL);

  const call = async <O extends Operation>(
    operation: O,
    input: Input<O>,
    context: CallContext = {},
    fields: Message,
  ): Promise<Message> => {
    rejectUnencodable(operation, input);
    const { path, requestSerialize, responseDeserialize } = METHODS[operation];
    const { metadata, options } = encodeContext({ token, ...context }, timeoutMs);
    // A request of reading has no such field, and goes without it.
    const request = { ...fields, ...encodeRequestId(context) };
    const { signal } = context;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const unary = client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        (error, response) => {
          signal?.removeEventListener('abort', cancel);
          if (!error) return resolve(response);
          reject(signal?.aborted ? signal.reason : decodeError(error));
        },
      );
      const cancel = () => unary.cancel();
      signal?.addEventListener('abort', cancel);
    });
  };

  return {
    listCategories: async (input, context) =>
      wire.decodeCategories(await call('listCategories', input, context, wire.encodeFields(input)), input),
    getCategory: async (input, context) =>
      wire.decodeCategory(
        (await call('getCategory', input, context, wire.encodeById(input))).category,
        input,
      ),
    getSkill: async (input, context) =>
      wire.decodeSkill((await call('getSkill', input, context, wire.encodeById(input))).skill, input),
    listSkills: async (input, context) =>
      wire.decodePage(await call('listSkills', input, context, wire.encodeListSkills(input)), input),
    batchGetSkills: async (input, context) =>
      wire.decodeBatch(await call('batchGetSkills', input, context, wire.encodeBatchGetSkills(input)), input),
    getLearningPath: async (input, context) =>
      wire.decodeLearningPath(await call('getLearningPath', input, context, wire.encodeById(input)), input),
    createSkill: async (input, context) =>
      wire.decodeSkill((await call('createSkill', input, context, wire.encodeCreateSkill(input))).skill),
    updateSkill: async (input, context) =>
      wire.decodeSkill((await call('updateSkill', input, context, wire.encodeUpdateSkill(input))).skill),
    deleteSkill: async (input, context) => {
      await call('deleteSkill', input, context, wire.encodeDeleteSkill(input));
    },
    setProgress: async (input, context) =>
      wire.decodeProgress(
        (await call('setProgress', input, context, wire.encodeSetProgress(input))).progress,
      ),
    listProgress: async (input, context) =>
      wire.decodeProgressList(await call('listProgress', input, context, {})),
    close: async () => client.close(),
  };
};

/** The library would trust the given certificates alone, and send an address as if it were a name (RFC 6066, section 3). */
const encrypted = (address: string, { ca }: { readonly ca?: string }): Client => {
  const roots = ca === undefined ? null : Buffer.from([...rootCertificates, ca].join('\n'));
  const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return new Client(address, credentials.createSsl(roots), CHANNEL);
  const channel = { ...CHANNEL, 'grpc.ssl_target_name_override': 'localhost' };
  const verify = {
    checkServerIdentity: (_name: string, cert: PeerCertificate) => checkServerIdentity(host, cert),
  };
  return new Client(address, credentials.createSsl(roots, null, null, verify), channel);
};
