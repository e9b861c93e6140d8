/** The four protocols in their fixed order, with their titles. */
import type { ProtocolName } from '../../api';

export const PROTOCOLS: readonly ProtocolName[] = ['rest', 'graphql', 'grpc', 'soap'];

export const TITLES: Readonly<Record<ProtocolName, string>> = {
  rest: 'REST',
  graphql: 'GraphQL',
  grpc: 'gRPC',
  soap: 'SOAP',
};
