/** The routes of a call: through a protocol, or directly to the service. They stand apart so that help loads quickly. */
import { PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';

export type Route = ProtocolName | 'direct';

export const ROUTES: readonly Route[] = [...PROTOCOL_NAMES, 'direct'];
