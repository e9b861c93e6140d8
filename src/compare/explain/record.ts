/** A question and its answer as they crossed the wire, and what each of the simpler servers needs of them. */
import { METHODS } from '../../adapters/grpc/schema';
import { decodeEnvelope } from '../../adapters/soap/envelope';
import { PROTOCOLS } from '../../app/servers';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import { type Exchange, startCapture } from '../../wire/capture';
import type { ReadOperation } from './codecs';
import { keptHeaders } from './lean';
import type { FloorAnswer } from './servers/floor';
import type { Order, ServerName } from './start';

/** Why there is no explanation: an answer that cannot be had again, or is not that of the service in this process. */
export class Unexplained extends Error {}

type Ask<T> = (client: SkillsClient) => Promise<T>;

/** The exchange, and its answer as our client decoded it. Rejects as the client does, or with `Unexplained`. */
export const record = async <T>(
  protocol: ProtocolName,
  address: string,
  ask: Ask<T>,
): Promise<{ readonly exchange: Exchange; readonly answer: T }> => {
  // That there is no server is for the client to say: whoever records could only break the connection.
  await askOnce(protocol, address, ask);
  const capture = await startCapture(protocol, address);
  try {
    const answer = await askOnce(protocol, capture.address, ask);
    const [exchange] = await capture.exchanges();
    // Ours say how long a body is; from one that comes in chunks, the recorder takes nothing.
    if (!exchange?.response.body.length) {
      throw new Unexplained(`the answer of the server of ${protocol} cannot be recorded`);
    }
    return { exchange, answer };
  } finally {
    await capture.stop();
  }
};

const askOnce = async <T>(protocol: ProtocolName, address: string, ask: Ask<T>): Promise<T> => {
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
export const CONSTANTS = {
  rest: (body) => JSON.parse(String(body)),
  graphql: (body) => JSON.parse(String(body)).data,
  grpc: (body, operation) => METHODS[operation].responseDeserialize(body.subarray(GRPC_PREFIX_BYTES)),
  soap: (body) => decodeEnvelope(String(body)).content,
} as const satisfies Record<ProtocolName, (body: Buffer, operation: ReadOperation) => unknown>;

/** The bare library of the protocol, with the answer of this body as its constant. */
export const bareOrder = (
  protocol: ProtocolName,
  body: Buffer,
  operation: ReadOperation,
): Order<ServerName> => ({
  name: `bare-${protocol}`,
  what: CONSTANTS[protocol](body, operation),
});

/** Those very bytes, for Node's own server. */
export const floorAnswer = ({ response }: Exchange, transport: FloorAnswer['transport']): FloorAnswer => ({
  transport,
  headers: keptHeaders(response),
  body: response.body,
  trailers: Object.fromEntries(response.trailers),
});
