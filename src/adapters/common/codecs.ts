/** The shape of the codec tables: each adapter has REQUESTS and RESPONSES, total over the operations, in SkillsApi order. */
import type { Input, Operation, Output } from '../../contract/skills-api';

/** The client encodes an operation's input, the server decodes it. */
export interface RequestCodec<O extends Operation, Encoded, Decodable = Encoded> {
  encode(input: Input<O>): Encoded;
  decode(message: Decodable): Input<O>;
}

/** The server encodes an operation's output, the client decodes it. `Request` is what an encoder needs of the request. */
export interface ResponseCodec<O extends Operation, Encoded, Decodable = Encoded, Request = void> {
  encode(output: Output<O>, request: Request): Encoded;
  decode(message: Decodable, input: Input<O>): Output<O>;
}

export type RequestCodecs<Encoded, Decodable = Encoded> = {
  readonly [O in Operation]: RequestCodec<O, Encoded, Decodable>;
};

export type ResponseCodecs<Encoded, Decodable = Encoded, Request = void> = {
  readonly [O in Operation]: ResponseCodec<O, Encoded, Decodable, Request>;
};

/** One operation of a service, for code that is the same for all of them. */
export type Call<O extends Operation> = (input: Input<O>, context?: object) => Promise<Output<O>>;

/** An operation's codec in a table. TypeScript cannot relate a table's members to a generic operation, so this casts once. */
export const requestCodec = <O extends Operation, Encoded, Decodable>(
  table: RequestCodecs<Encoded, Decodable>,
  operation: O,
) => table[operation] as unknown as RequestCodec<O, Encoded, Decodable>;

export const responseCodec = <O extends Operation, Encoded, Decodable, Request>(
  table: ResponseCodecs<Encoded, Decodable, Request>,
  operation: O,
) => table[operation] as unknown as ResponseCodec<O, Encoded, Decodable, Request>;
