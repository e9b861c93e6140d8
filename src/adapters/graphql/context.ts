/** What every resolver gets: the call's context from the HTTP headers, and the graph as it stands at that step. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallContext } from '../../contract/context';
import type { ServeOptions } from '../../contract/protocol';
import type { SkillGraph } from '../../contract/skill-graph';
import { decodeHttpContext } from '../common/http-context';

export { requestIdHeader } from '../common/http-context';

export interface RequestContext {
  readonly call: CallContext;
  /** Asked anew at each step: a write brings a newer one, with what other processes wrote before it. */
  readonly graph: () => SkillGraph;
}

export const decodeContext = (
  request: IncomingMessage,
  response: ServerResponse,
  { graph }: Pick<ServeOptions, 'graph'>,
): RequestContext => ({ call: decodeHttpContext(request, response), graph });

/** The key is an argument, so that each mutation of a request has its own. Null is as absent. */
export const withKey = (call: CallContext, idempotencyKey: string | null | undefined): CallContext =>
  idempotencyKey == null ? call : { ...call, idempotencyKey };
