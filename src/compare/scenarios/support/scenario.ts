/** A question stated once, and how each protocol is asked: by SkillsApi, except where a protocol has a way of its own. */
import type { Clients } from '../../../calls/clients';
import type { ErrorCode } from '../../../contract/errors';
import type { ProtocolName } from '../../../contract/protocol';
import type { Input, Operation, SkillsApi } from '../../../contract/skills-api';
import type { CatalogueSample } from './catalogue-sample';

/** Numbers from 0 to below 1. */
export type Random = () => number;

export interface Scenario<Drawn = unknown> {
  /** As `--scenario` takes it: the name of its file. */
  readonly name: string;
  readonly question: string;
  /** What varies from request to request. The same for all four protocols, so that they answer the same. */
  readonly draw: (world: CatalogueSample, random: Random) => Drawn;
  readonly ask: { readonly [P in ProtocolName]: (client: Clients[P], drawn: Drawn) => Promise<unknown> };
  /** Where the answer asked for is this error. */
  readonly expects?: ErrorCode;
  /** It needs a token with the scope skills:write. */
  readonly writes?: true;
  /** The one operation that answers it, where there is one: it can be put under load and explained. */
  readonly call?: (drawn: Drawn) => ScenarioCall;
}

export interface ScenarioCall<O extends Operation = Operation> {
  readonly operation: O;
  readonly input: Input<O>;
}

export const forEveryProtocol = <Drawn>(
  ask: (api: SkillsApi, drawn: Drawn) => Promise<unknown>,
): Scenario<Drawn>['ask'] => ({ rest: ask, graphql: ask, grpc: ask, soap: ask });

/** A scenario that is one operation of SkillsApi, through whichever protocol. */
export const callOperation = <Drawn, O extends Operation>(
  operation: O,
  input: (drawn: Drawn) => Input<O>,
): Required<Pick<Scenario<Drawn>, 'ask' | 'call'>> => ({
  ask: forEveryProtocol((api, drawn) =>
    (api[operation] as (input: Input<O>) => Promise<unknown>)(input(drawn)),
  ),
  call: (drawn) => ({ operation, input: input(drawn) }),
});

export const pick = <T>(items: readonly T[], random: Random): T => {
  if (items.length === 0) throw new Error('There is nothing to draw from: the catalogue is empty.');
  return items[Math.floor(random() * items.length)] as T;
};
