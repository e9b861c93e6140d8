/** Headers as they are shown to people. */
import type { Message } from './exchange';
import type { GrpcContract } from './grpc-contract';
import { protobufText } from './protobuf-text';

/** What is shown is copied to others, so a token is not: only that there was one. */
export const shownHeaders = (headers: Message['headers']): Message['headers'] =>
  headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, /^authorization$/i.test(name) ? 'Bearer (token)' : value]);

/** A rich error of gRPC is protobuf in base64 (google.rpc.Status). */
export const richError = ([name, value]: readonly [string, string]): Buffer | undefined =>
  name === 'grpc-status-details-bin' ? Buffer.from(value, 'base64') : undefined;

/** What the bytes of a rich error say, a line per field. */
export const richErrorText = (status: Buffer, contract: GrpcContract): string =>
  protobufText(status, RICH_ERROR, contract);

export const RICH_ERROR = 'google.rpc.Status';
