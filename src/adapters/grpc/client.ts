/** A SkillsApi over gRPC: every operation is one unary call on one HTTP/2 connection. */
import type { ServiceError } from '@grpc/grpc-js';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import { requestCodec, responseCodec } from '../common/codecs';
import { decodeOutput } from '../common/decode-output';
import { notOurAnswer } from '../common/foreign-response';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { openChannel } from './channel';
import { encodeContext } from './context';
import { decodeError } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { METHODS, ROUTES } from './schema';
import { asIs, deserialize } from './strict-protobuf';

export const connect = (
  address: string,
  { timeoutMs = 30_000, token, tls }: ConnectOptions = {},
): SkillsClient => {
  const client = openChannel(address, tls);

  const call: CallOperation = async (operation, input, context = {}) => {
    rejectUnencodable(operation, input);
    const { path, requestSerialize: serialize } = METHODS[operation];
    const { metadata, options, fields } = encodeContext({ token, ...context }, timeoutMs);
    const request = { ...requestCodec(REQUESTS, operation).encode(input), ...fields };
    const { signal } = context;
    signal?.throwIfAborted();
    const foreign = () => notOurAnswer(`${address} gave a response that is not one of this service.`);
    const response = await new Promise<Buffer>((resolve, reject) => {
      const settle = (error: ServiceError | null, bytes: Buffer = NO_BYTES) => {
        signal?.removeEventListener('abort', cancel);
        if (!error) return resolve(bytes);
        reject(signal?.aborted ? signal.reason : decodeError(error));
      };
      const unary = client.makeUnaryRequest(path, serialize, asIs, request, metadata, options, settle);
      const cancel = () => unary.cancel();
      signal?.addEventListener('abort', cancel);
    });
    return decodeOutput(foreign, operation, input, () => {
      const message = deserialize(`skills.v1.${ROUTES[operation]}Response`, response);
      return responseCodec(RESPONSES, operation).decode(message, input);
    });
  };

  return skillsClient(call, async () => client.close());
};

const NO_BYTES = Buffer.alloc(0);
