/** What every resolver gets: the call's context from the HTTP headers, and the graph as it is at that step. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import type { ServeOptions } from '../../contract/protocol';
import type { SkillGraph } from '../../contract/skill-graph';
import { decodeHttpContext } from '../common/http-context';

export interface RequestContext {
  readonly call: CallContext;
  /** Read at each step, because a write of the same request makes a newer graph. */
  readonly graph: () => SkillGraph;
}

/** Token and deadline are headers (common/http-client); the key is an argument, because a request may have several writes. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): { idempotencyKey?: string } =>
  key === undefined ? {} : { idempotencyKey: checkedIdempotencyKey(key) };

export const decodeContext = (
  request: IncomingMessage,
  response: ServerResponse,
  { graph }: Pick<ServeOptions, 'graph'>,
): RequestContext => ({ call: decodeHttpContext(request, response), graph });

/** The context of one mutation; a key of null is an absent key. */
export const withKey = (call: CallContext, idempotencyKey: string | null | undefined): CallContext =>
  idempotencyKey == null ? call : { ...call, idempotencyKey };
