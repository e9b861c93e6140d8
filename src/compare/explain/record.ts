/** Records one exchange, and derives from it the constants of the simpler servers. */
import { METHODS } from '../../adapters/grpc/schema';
import { decodeResponseEnvelope } from '../../adapters/soap/envelope';
import { PROTOCOLS } from '../../app/servers';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import { type Exchange, startCapture } from '../../wire/capture';
import type { ReadOperation } from './codecs';
import { pickEndToEndHeaders } from './minimal-client';
import type { FloorAnswer } from './servers/floor';
import type { ServerName, ServerSpec } from './start';

/** The reason why a scenario has no explanation, for example an answer that differs from the service's. */
export class NotExplainable extends Error {}

type CallClient<T> = (client: SkillsClient) => Promise<T>;

/** Resolves to the exchange and the answer that the client decoded. Rejects as the client does, or with `NotExplainable`. */
export const recordCall = async <T>(
  protocol: ProtocolName,
  address: string,
  callClient: CallClient<T>,
): Promise<{ readonly exchange: Exchange; readonly answer: T }> => {
  // Called without the capture first, so that the client itself reports a server that is not reachable.
  await callOnce(protocol, address, callClient);
  const capture = await startCapture(protocol, address);
  try {
    const answer = await callOnce(protocol, capture.address, callClient);
    const [exchange] = await capture.exchanges();
    if (!exchange?.response.body.length) {
      throw new NotExplainable(`the answer of the server of ${protocol} cannot be recorded`);
    }
    return { exchange, answer };
  } finally {
    await capture.stop();
  }
};

const callOnce = async <T>(
  protocol: ProtocolName,
  address: string,
  callClient: CallClient<T>,
): Promise<T> => {
  const client = PROTOCOLS[protocol].connect(address);
  try {
    return await callClient(client);
  } finally {
    await client.close();
  }
};

/** The prefix of a gRPC message: a flag for compression, and the length. */
const GRPC_PREFIX_BYTES = 5;

/** The answer in the form that the server's library takes from a program, which it encodes to the recorded response. */
export const decodeConstant = {
  rest: (body) => JSON.parse(String(body)),
  graphql: (body) => JSON.parse(String(body)).data,
  grpc: (body, operation) => METHODS[operation].responseDeserialize(body.subarray(GRPC_PREFIX_BYTES)),
  soap: (body, operation) => Object(decodeResponseEnvelope(operation, String(body))).content,
} as const satisfies Record<ProtocolName, (body: Buffer, operation: ReadOperation) => unknown>;

/** The bare library of the protocol, with the answer in this body as its constant. */
export const createBareServerSpec = (
  protocol: ProtocolName,
  body: Buffer,
  operation: ReadOperation,
): ServerSpec<ServerName> => ({
  name: `bare-${protocol}`,
  answer: decodeConstant[protocol](body, operation),
});

/** The recorded bytes, for Node's own server. */
export const createFloorAnswer = (
  { response }: Exchange,
  transport: FloorAnswer['transport'],
): FloorAnswer => ({
  transport,
  headers: pickEndToEndHeaders(response),
  body: response.body,
  trailers: Object.fromEntries(response.trailers),
});
