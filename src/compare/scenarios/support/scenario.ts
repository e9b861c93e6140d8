/** A scenario: one question, and the calls that answer it through each protocol. Most use SkillsApi for all protocols. */
import type { Clients } from '../../../calls/clients';
import type { ErrorCode } from '../../../contract/errors';
import type { ProtocolName } from '../../../contract/protocol';
import type { Input, Operation, SkillsApi } from '../../../contract/skills-api';
import type { CatalogueSample } from './catalogue-sample';

/** Numbers from 0 to below 1. */
export type Random = () => number;

export interface Scenario<Drawn = unknown> {
  /** The name of its file, as `--scenario` takes it. */
  readonly name: string;
  readonly question: string;
  /** Draws the input that varies between calls. All protocols get the same input. */
  readonly draw: (catalogue: CatalogueSample, random: Random) => Drawn;
  readonly ask: { readonly [P in ProtocolName]: (client: Clients[P], drawn: Drawn) => Promise<unknown> };
  /** The code of the expected error; absent if a value is expected. */
  readonly expects?: ErrorCode;
  /** Present if the calls need a token with the scope skills:write. */
  readonly writes?: true;
  /** Present if one operation answers it: only then can it be put under load and explained. */
  readonly call?: (drawn: Drawn) => ScenarioCall;
}

export interface ScenarioCall<O extends Operation = Operation> {
  readonly operation: O;
  readonly input: Input<O>;
}

export const forEveryProtocol = <Drawn>(
  ask: (api: SkillsApi, drawn: Drawn) => Promise<unknown>,
): Scenario<Drawn>['ask'] => ({ rest: ask, graphql: ask, grpc: ask, soap: ask });

/** The members of a scenario that calls one operation of SkillsApi through every protocol. */
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
  if (items.length === 0) throw new Error('The catalogue is empty, so there is nothing to draw from.');
  return items[Math.floor(random() * items.length)] as T;
};
