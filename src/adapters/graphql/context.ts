/** What every resolver gets: the call's context from the HTTP headers, and the graph as it stands for this request. */
import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../../contract/context';
import type { SkillGraph } from '../../contract/graph';
import type { ServeOptions } from '../../contract/protocol';
import { decodeHttpContext } from '../common/http-context';

export { answerHeaders } from '../common/http-context';

export interface RequestContext {
  readonly call: CallContext;
  readonly graph: SkillGraph;
}

export const decodeContext = (
  request: IncomingMessage,
  { graph }: Pick<ServeOptions, 'graph'>,
): RequestContext => ({
  call: decodeHttpContext(request.headers),
  graph: graph(),
});
