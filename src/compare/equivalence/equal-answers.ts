/** Equality before any timing: the same inputs through all protocols, their answers compared as values of the domain. */
import { type Answer, findDifferences, settleAnswer } from '../../calls/answers';
import type { Clients } from '../../calls/clients';
import type { ProtocolName } from '../../contract/protocol';
import type { Scenario } from '../scenarios/support/scenario';

/** Returns a function that runs the scenario through one protocol. `clients` needs the client of that protocol only. */
export const createCaller =
  (scenario: Scenario, clients: Clients, protocol: ProtocolName) =>
  (drawn: unknown): Promise<Answer> => {
    const ask = scenario.ask[protocol] as (client: Clients[ProtocolName], drawn: unknown) => Promise<unknown>;
    return settleAnswer(() => ask(clients[protocol], drawn));
  };

export const isExpectedAnswer = ({ expects }: Scenario, answer: Answer): boolean =>
  expects === undefined ? 'value' in answer : 'error' in answer && answer.error.code === expects;

/** Empty if all answers are equal; else one text for each protocol that failed or differs from the first. */
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
          `${name}, input ${JSON.stringify(drawn)}: ${JSON.stringify(answer).slice(0, 500)}`,
      );
    }
    const differences = findDifferences(answers);
    if (differences.length > 0) return differences;
  }
  return [];
};
