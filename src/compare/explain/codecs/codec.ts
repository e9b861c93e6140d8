/** What a protocol does to a question and its answer, without a socket: both ends, by the adapters' own functions. */
import type { Input, OPERATIONS, Operation, Output } from '../../../contract/skills-api';

export type ReadOperation = {
  [O in Operation]: (typeof OPERATIONS)[O] extends 'read' ? O : never;
}[Operation];

/** `Produced` is what the server has at hand when it begins to write the answer. */
export interface Codec<O extends ReadOperation, Wire, Produced = Output<O>> {
  encodeRequest(input: Input<O>): Wire;
  decodeRequest(wire: Wire): Input<O>;
  encodeAnswer(produced: Produced): Wire;
  decodeAnswer(wire: Wire, input: Input<O>): Output<O>;
}
