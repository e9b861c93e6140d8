/** A question and its answer as they crossed the wire, and what each of the simpler servers needs of them. */
import { METHODS } from '../../adapters/grpc/schema';
import { decodeEnvelope } from '../../adapters/soap/wire';
import { PROTOCOLS } from '../../app/servers';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import { type Exchange, startCapture } from '../../wire/capture';
import type { ReadOperation } from './codecs';
import { pickEndToEndHeaders } from './minimal-client';
import type { FloorAnswer } from './servers/floor';
import type { ServerName, ServerSpec } from './start';

/** Why there is no explanation: an answer that cannot be had again, or is not that of the service in this process. */
export class NotExplainable extends Error {}

type CallClient<T> = (client: SkillsClient) => Promise<T>;

/** The exchange, and its answer as our client decoded it. Rejects as the client does, or with `Unexplained`. */
export const recordCall = async <T>(
  protocol: ProtocolName,
  address: string,
  ask: CallClient<T>,
): Promise<{ readonly exchange: Exchange; readonly answer: T }> => {
  // That there is no server is for the client to say: whoever records could only break the connection.
  await callOnce(protocol, address, ask);
  const capture = await startCapture(protocol, address);
  try {
    const answer = await callOnce(protocol, capture.address, ask);
    const [exchange] = await capture.exchanges();
    // Ours say how long a body is; from one that comes in chunks, the recorder takes nothing.
    if (!exchange?.response.body.length) {
      throw new NotExplainable(`the answer of the server of ${protocol} cannot be recorded`);
    }
    return { exchange, answer };
  } finally {
    await capture.stop();
  }
};

const callOnce = async <T>(protocol: ProtocolName, address: string, ask: CallClient<T>): Promise<T> => {
  const client = PROTOCOLS[protocol].connect(address);
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
};

/** Before the message of a gRPC answer: a flag for compression, and the length. */
const GRPC_PREFIX_BYTES = 5;

/** The answer as the server's library takes it from a program: what it then makes of it is the recorded answer again. */
export const decodeConstant = {
  rest: (body) => JSON.parse(String(body)),
  graphql: (body) => JSON.parse(String(body)).data,
  grpc: (body, operation) => METHODS[operation].responseDeserialize(body.subarray(GRPC_PREFIX_BYTES)),
  soap: (body) => decodeEnvelope(String(body)).response,
} as const satisfies Record<ProtocolName, (body: Buffer, operation: ReadOperation) => unknown>;

/** The bare library of the protocol, with the answer of this body as its constant. */
export const createBareServerSpec = (
  protocol: ProtocolName,
  body: Buffer,
  operation: ReadOperation,
): ServerSpec<ServerName> => ({
  name: `bare-${protocol}`,
  what: decodeConstant[protocol](body, operation),
});

/** Those very bytes, for Node's own server. */
export const createFloorAnswer = (
  { response }: Exchange,
  transport: FloorAnswer['transport'],
): FloorAnswer => ({
  transport,
  headers: pickEndToEndHeaders(response),
  body: response.body,
  trailers: Object.fromEntries(response.trailers),
});
