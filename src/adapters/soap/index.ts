/** SOAP 1.1: operations of a WSDL, XML envelopes POSTed to one address. */
import type { Protocol } from '../../contract/protocol';
import { connect } from './client';
import { serve } from './server';

export const soap = { name: 'soap', serve, connect } as const satisfies Protocol;
