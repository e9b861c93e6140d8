/** What a protocol does to a call and its answer, without a socket: both ends, by the adapters' own codecs. */
import type { Input, OPERATIONS, Operation, Output } from '../../../contract/skills-api';

export type ReadOperation = {
  [O in Operation]: (typeof OPERATIONS)[O] extends 'read' ? O : never;
}[Operation];

/** `Produced` is what the server has at hand when it begins to encode the response. */
export interface Codec<Wire, Produced = Output<ReadOperation>> {
  encodeRequest(operation: ReadOperation, input: Input<ReadOperation>): Wire;
  decodeRequest(operation: ReadOperation, wire: Wire): Input<ReadOperation>;
  encodeAnswer(operation: ReadOperation, produced: Produced): Wire;
  decodeAnswer(operation: ReadOperation, wire: Wire, input: Input<ReadOperation>): Output<ReadOperation>;
}
