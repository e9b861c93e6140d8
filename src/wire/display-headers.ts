/** Headers as they are shown to people. */
import type { Message } from './exchange';
import type { GrpcContract } from './grpc-contract';
import { formatProtobuf } from './protobuf-text';

/** What is shown is copied to others, so a token is not: only that there was one. */
export const displayHeaders = (headers: Message['headers']): Message['headers'] =>
  headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, /^authorization$/i.test(name) ? 'Bearer (token)' : value]);

/** A rich error of gRPC is protobuf in base64 (google.rpc.Status). */
export const decodeRichError = ([name, value]: readonly [string, string]): Buffer | undefined =>
  name === 'grpc-status-details-bin' ? Buffer.from(value, 'base64') : undefined;

/** What the bytes of a rich error say, a line per field. */
export const formatRichError = (status: Buffer, contract: GrpcContract): string =>
  formatProtobuf(status, RICH_ERROR_TYPE, contract);

export const RICH_ERROR_TYPE = 'google.rpc.Status';
