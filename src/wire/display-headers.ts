/** Headers as they are displayed, without the token, and gRPC's rich error decoded. */
import type { Message } from './exchange';
import type { GrpcContract } from './grpc-contract';
import { formatProtobuf } from './protobuf-text';

/** Hides the token, as displayed text is copied to other people, and leaves out HTTP/2's pseudo-headers. */
export const displayHeaders = (headers: Message['headers']): Message['headers'] =>
  headers
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, /^authorization$/i.test(name) ? 'Bearer (token)' : value]);

/** A gRPC rich error is protobuf in base64 (google.rpc.Status). Undefined for any other header. */
export const decodeRichError = ([name, value]: readonly [string, string]): Buffer | undefined =>
  name === 'grpc-status-details-bin' ? Buffer.from(value, 'base64') : undefined;

/** The fields of a rich error, one per line. */
export const formatRichError = (status: Buffer, contract: GrpcContract): string =>
  formatProtobuf(status, RICH_ERROR_TYPE, contract);

export const RICH_ERROR_TYPE = 'google.rpc.Status';
