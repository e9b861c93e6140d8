/** Encoding and decoding alone, of all four protocols, for whatever operation a scenario asks. */
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

export const CODECS = { rest, graphql, grpc, soap } as const satisfies Record<ProtocolName, object>;

/** Which operation it is, only the caller knows; so it takes and gives what any of them may. */
export const findCodec = (protocol: ProtocolName, operation: ReadOperation) =>
  CODECS[protocol][operation] as unknown as Codec<ReadOperation, string | Buffer, unknown>;

/** The question and the answer, from the client to the server and back. `produced` is as `Codec` says. */
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

/** The same in new objects, for which no adapter remembers what it made of them. */
export const copyOutput = <T>(output: T): T => {
  if (Array.isArray(output)) return output.map(copy) as T;
  const members = Object.entries(output as object).map(([name, member]) => [
    name,
    Array.isArray(member) ? member.map(copy) : member,
  ]);
  return Object.fromEntries(members);
};

const copy = (item: unknown): unknown => (typeof item === 'object' && item !== null ? { ...item } : item);

/** What the service gives for each call: the catalogue's own objects, or new ones where only some fields were asked for. */
export const copyIfProjected = (input: Input<ReadOperation>, output: ReadOutput): ReadOutput =>
  input.fields?.length ? copyOutput(output) : output;
