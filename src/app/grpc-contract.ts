/** The .proto files as the gRPC adapter loads them, for those that read its bytes and write its names. */
export { camelCase, definition, METHODS, snakeCase } from '../adapters/grpc/schema';
