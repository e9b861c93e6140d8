/** GraphQL: one endpoint, and each client's own selection of a graph. */
import type { Protocol } from '../../contract/protocol';
import { connect } from './client';
import { serve } from './server';

export const graphql = { name: 'graphql', serve, connect } as const satisfies Protocol;
