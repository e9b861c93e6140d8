/** gRPC: methods of a service, protobuf messages over HTTP/2. */
import type { Protocol } from '../../contract/protocol';
import { connect } from './client';
import { serve } from './server';

export const grpc = { name: 'grpc', serve, connect } as const satisfies Protocol;
