/** The codec of one operation: the adapters' own functions for requests and responses, on both ends, without a socket. */
import type { Input, OPERATIONS, Operation, Output } from '../../../contract/skills-api';

export type ReadOperation = {
  [O in Operation]: (typeof OPERATIONS)[O] extends 'read' ? O : never;
}[Operation];

/** `Produced` is the value from which the server encodes its response. */
export interface Codec<O extends ReadOperation, Wire, Produced = Output<O>> {
  encodeRequest(input: Input<O>): Wire;
  decodeRequest(wire: Wire): Input<O>;
  encodeAnswer(produced: Produced): Wire;
  decodeAnswer(wire: Wire, input: Input<O>): Output<O>;
}
