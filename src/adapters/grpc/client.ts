/** A SkillsApi over gRPC: every operation is one unary call on one HTTP/2 connection. */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate, rootCertificates } from 'node:tls';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import type { ConnectOptions, SkillsClient } from '../../contract/protocol';
import { requestCodec, responseCodec } from '../common/codecs';
import { rejectUnencodable } from '../common/reject-unencodable';
import { type CallOperation, skillsClient } from '../common/skills-client';
import { encodeContext } from './context';
import { decodeError } from './errors';
import { REQUESTS } from './requests';
import { RESPONSES } from './responses';
import { METHODS, type Message } from './schema';

export const connect = (
  address: string,
  { timeoutMs = 30_000, token, tls }: ConnectOptions = {},
): SkillsClient => {
  const client = tls ? tlsClient(address, tls) : new Client(address, credentials.createInsecure(), CHANNEL);

  const call: CallOperation = async (operation, input, context = {}) => {
    rejectUnencodable(operation, input);
    const { path, requestSerialize: serialize, responseDeserialize: deserialize } = METHODS[operation];
    const { metadata, options, fields } = encodeContext({ token, ...context }, timeoutMs);
    const request = { ...requestCodec(REQUESTS, operation).encode(input), ...fields };
    const { signal } = context;
    signal?.throwIfAborted();
    const response = await new Promise<Message>((resolve, reject) => {
      const settle = (error: ServiceError | null, message?: Message) => {
        signal?.removeEventListener('abort', cancel);
        if (!error) return resolve(message);
        reject(signal?.aborted ? signal.reason : decodeError(error));
      };
      const unary = client.makeUnaryRequest(path, serialize, deserialize, request, metadata, options, settle);
      const cancel = () => unary.cancel();
      signal?.addEventListener('abort', cancel);
    });
    return responseCodec(RESPONSES, operation).decode(response, input);
  };

  return skillsClient(call, async () => client.close());
};

/** Each client has a connection of its own. */
const CHANNEL = { 'grpc.use_local_subchannel_pool': 1 };

/** grpc-js would trust the given certificates only, and send an IP address as a server name (RFC 6066, section 3). */
const tlsClient = (address: string, { ca }: { readonly ca?: string }): Client => {
  const roots = ca === undefined ? null : Buffer.from([...rootCertificates, ca].join('\n'));
  const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return new Client(address, credentials.createSsl(roots), CHANNEL);
  // Any host name would do: the certificate is checked against the IP address.
  const channel = { ...CHANNEL, 'grpc.ssl_target_name_override': 'localhost' };
  const verify = {
    checkServerIdentity: (_name: string, cert: PeerCertificate) => checkServerIdentity(host, cert),
  };
  return new Client(address, credentials.createSsl(roots, null, null, verify), channel);
};
