/** The gRPC contract in the form that wire/ requires. */
import { definition, METHODS } from '../app/grpc-contract';
import type { GrpcContract } from '../wire/grpc-contract';

export { camelCase, snakeCase } from '../app/grpc-contract';

export const GRPC_CONTRACT: GrpcContract = { definition, methods: METHODS };
