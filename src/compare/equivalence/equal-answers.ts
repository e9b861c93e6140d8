import { type Answer, findDifferences, settleAnswer } from '../../calls/answers';
import type { Clients } from '../../calls/clients';
/** Before any timing: the same questions through all protocols, and their answers compared as values of the domain. */
import type { ProtocolName } from '../../contract/protocol';
import type { Scenario } from '../scenarios/support/scenario';

/** Any clients will do that answer what `Clients` do; those that take no part are not asked. */
export const createCaller =
  (scenario: Scenario, clients: Clients, protocol: ProtocolName) =>
  (drawn: unknown): Promise<Answer> => {
    const ask = scenario.ask[protocol] as (client: Clients[ProtocolName], drawn: unknown) => Promise<unknown>;
    return settleAnswer(() => ask(clients[protocol], drawn));
  };

export const isExpectedAnswer = ({ expects }: Scenario, answer: Answer): boolean =>
  expects === undefined ? 'value' in answer : 'error' in answer && answer.error.code === expects;

/** Empty where all agree; else one text for each protocol that differs from the first, or that failed. */
export const checkEqualAnswers = async (
  scenario: Scenario,
  clients: Clients,
  protocols: readonly ProtocolName[],
  draws: readonly unknown[],
): Promise<string[]> => {
  for (const drawn of draws) {
    const answers = new Map<string, Answer>();
    // One after the other: a scenario may write, and two servers may share a store.
    for (const protocol of protocols)
      answers.set(protocol, await createCaller(scenario, clients, protocol)(drawn));
    const failed = [...answers].filter(([, answer]) => !isExpectedAnswer(scenario, answer));
    if (failed.length > 0) {
      return failed.map(
        ([name, answer]) =>
          `${name}, asked for ${JSON.stringify(drawn)}: ${JSON.stringify(answer).slice(0, 500)}`,
      );
    }
    const found = findDifferences(answers);
    if (found.length > 0) return found;
  }
  return [];
};
