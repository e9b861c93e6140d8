/** gRPC's rich error (google.rpc.Status), which a response carries in one header. */
import type { GrpcContract } from './grpc-contract';
import { formatProtobuf } from './protobuf-text';

export const RICH_ERROR_TYPE = 'google.rpc.Status';

/** The protobuf bytes in the header's base64; undefined for any other header. */
export const decodeRichError = ([name, value]: readonly [string, string]): Buffer | undefined =>
  name === 'grpc-status-details-bin' ? Buffer.from(value, 'base64') : undefined;

/** The fields of a rich error, one per line. */
export const formatRichError = (status: Buffer, contract: GrpcContract): string =>
  formatProtobuf(status, RICH_ERROR_TYPE, contract);
