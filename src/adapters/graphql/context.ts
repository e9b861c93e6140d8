/** What every resolver gets: the call's context from the HTTP headers, and the graph as it stands at that step. */
import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../../contract/context';
import type { SkillGraph } from '../../contract/graph';
import type { ServeOptions } from '../../contract/protocol';
import { decodeHttpContext } from '../common/http-context';

export { answerHeaders } from '../common/http-context';

export interface RequestContext {
  readonly call: CallContext;
  /** Asked anew at each step: a write brings a newer one, with what other processes wrote before it. */
  readonly graph: () => SkillGraph;
}

export const decodeContext = (
  request: IncomingMessage,
  { graph }: Pick<ServeOptions, 'graph'>,
): RequestContext => ({
  call: decodeHttpContext(request.headers),
  graph,
});
