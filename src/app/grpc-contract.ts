/** The loaded .proto files of the gRPC adapter, for modules that decode its bytes or print its names. */
export { definition, METHODS } from '../adapters/grpc/schema';
