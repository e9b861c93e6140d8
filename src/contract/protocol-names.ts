export const PROTOCOL_NAMES = ['rest', 'graphql', 'grpc', 'soap'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];
