/** The .proto files as the gRPC adapter loads them, for those that read its bytes and write its names. */
export { camelCase, snakeCase } from '../adapters/common/field-names';
export { definition, METHODS } from '../adapters/grpc/schema';
