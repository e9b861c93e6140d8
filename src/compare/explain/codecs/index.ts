/** Encoding and decoding of all four protocols, for every operation that reads. */
import { rejectUnencodable } from '../../../adapters/common/reject-unencodable';
import type { ProtocolName } from '../../../contract/protocol';
import { type Input, OPERATIONS, type Operation, type Output } from '../../../contract/skills-api';
import type { ScenarioCall } from '../../scenarios/support/scenario';
import type { Codec, ReadOperation } from './codec';
import { graphql } from './graphql';
import { grpc } from './grpc';
import { rest } from './rest';
import { soap } from './soap';

export type { ReadOperation } from './codec';
export type ReadCall = ScenarioCall<ReadOperation>;
export type ReadOutput = Output<ReadOperation>;

export const isRead = (call: ScenarioCall): call is ReadCall =>
  OPERATIONS[call.operation as Operation] === 'read';

const CODECS = { rest, graphql, grpc, soap } as const satisfies Record<ProtocolName, object>;

/** A protocol's codec for one operation, whichever types its wire has. */
export const findCodec = (protocol: ProtocolName, operation: ReadOperation) => {
  const codec = CODECS[protocol] as Codec<string | Buffer, unknown>;
  return {
    encodeRequest: (input: Input<ReadOperation>) => codec.encodeRequest(operation, input),
    decodeRequest: (wire: string | Buffer) => codec.decodeRequest(operation, wire),
    encodeAnswer: (produced: unknown) => codec.encodeAnswer(operation, produced),
    decodeAnswer: (wire: string | Buffer, input: Input<ReadOperation>) =>
      codec.decodeAnswer(operation, wire, input),
  };
};

/** The request from the client to the server, and the response back. `produced` is the `Produced` of the codec. */
export const roundTrip = (
  protocol: ProtocolName,
  { operation, input }: ReadCall,
  produced: unknown,
): ReadOutput => {
  const codec = findCodec(protocol, operation);
  rejectUnencodable(operation, input);
  codec.decodeRequest(codec.encodeRequest(input));
  return codec.decodeAnswer(codec.encodeAnswer(produced), input);
};

/** A copy in new objects, for which no adapter has a memoized encoding. */
export const copyOutput = <T>(output: T): T => {
  if (Array.isArray(output)) return output.map(copy) as T;
  const members = Object.entries(output as object).map(([name, member]) => [
    name,
    Array.isArray(member) ? member.map(copy) : member,
  ]);
  return Object.fromEntries(members);
};

const copy = (item: unknown): unknown => (typeof item === 'object' && item !== null ? { ...item } : item);

/** As the service does: returns the catalogue's own objects, or new ones if the input selects fields. */
export const copyIfProjected = (input: Input<ReadOperation>, output: ReadOutput): ReadOutput =>
  'fields' in input && input.fields?.length ? copyOutput(output) : output;
