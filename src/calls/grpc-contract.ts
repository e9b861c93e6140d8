/** The gRPC contract in the form that wire/ requires. */
import { definition, METHODS } from '../app/grpc-contract';
import type { GrpcContract } from '../wire/grpc-contract';

export const GRPC_CONTRACT: GrpcContract = { definition, methods: METHODS };

/** The libraries of protobuf say `updateTime` for the field that the .proto file names `update_time`. */
export const snakeCase = (name: string): string =>
  name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
