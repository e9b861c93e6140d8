/** Two steps each way: our codecs make messages of domain objects, and protobufjs makes bytes of messages. */
import { requestCodec, responseCodec } from '../../../adapters/common/codecs';
import { REQUESTS } from '../../../adapters/grpc/requests';
import { RESPONSES } from '../../../adapters/grpc/responses';
import { METHODS } from '../../../adapters/grpc/schema';
import type { Codec } from './codec';

export const grpc: Codec<Buffer> = {
  encodeRequest: (operation, input) =>
    METHODS[operation].requestSerialize(requestCodec(REQUESTS, operation).encode(input)),
  decodeRequest: (operation, bytes) =>
    requestCodec(REQUESTS, operation).decode(METHODS[operation].requestDeserialize(bytes)),
  encodeAnswer: (operation, output) => responseCodec(RESPONSES, operation).encode(output),
  decodeAnswer: (operation, bytes, input) =>
    responseCodec(RESPONSES, operation).decode(METHODS[operation].responseDeserialize(bytes), input),
};
