/** The context of every resolver: the call's context from the HTTP headers, and the graph as it is at that step. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallContext, checkedIdempotencyKey } from '../../contract/context';
import type { ServeOptions } from '../../contract/protocol';
import type { SkillGraph } from '../../contract/skill-graph';
import { decodeHttpContext } from '../common/http-context';

export interface RequestContext {
  readonly callContext: CallContext;
  /** Read at each step, because a write of the same request makes a newer graph. */
  readonly graph: () => SkillGraph;
  /** The values and bytes that the execution has resolved so far. */
  readonly resolved: { values: number; bytes: number };
}

/** common/http-context encodes the token and the deadline as headers; the idempotency key is an argument, one per write. */
export const encodeContext = ({ idempotencyKey: key }: CallContext = {}): { idempotencyKey?: string } =>
  key === undefined ? {} : { idempotencyKey: checkedIdempotencyKey(key) };

export const decodeContext = (
  request: IncomingMessage,
  response: ServerResponse,
  { graph }: Pick<ServeOptions, 'graph'>,
): RequestContext => ({
  callContext: decodeHttpContext(request, response),
  graph,
  resolved: { values: 0, bytes: 0 },
});

/** The context of one mutation; an idempotency key of null is an absent one. */
export const withIdempotencyKey = (context: CallContext, key: string | null | undefined): CallContext =>
  key == null ? context : { ...context, idempotencyKey: key };
