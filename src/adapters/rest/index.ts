/** REST: resources at paths, verbs as methods, JSON or XML as the client prefers. */
import type { Protocol } from '../../contract/protocol';
import { connect } from './client';
import { serve } from './server';

export const rest = { name: 'rest', serve, connect } as const satisfies Protocol;
