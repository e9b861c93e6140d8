/** The bearer tokens that a run writes with. */

import { REQUIREMENTS } from '../contract/authorization';
import type { ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../contract/skills-api';

/** Those of our own servers, and of others where one was given. */
export type Tokens = Readonly<Partial<Record<ProtocolName, string>>>;

export const requiresToken = (operation: Operation): boolean => REQUIREMENTS[operation] !== 'nothing';

/** Sent only where it is needed: what anybody may read is asked for, and costs, as it would without. */
export const withToken = <C extends SkillsApi>(client: C, token: string | undefined): C => {
  if (token === undefined) return client;
  const calls = OPERATION_NAMES.filter(requiresToken).map((operation) => {
    const call = client[operation] as (input: object, context: object) => Promise<unknown>;
    return [operation, (input: object, context?: object) => call(input, { token, ...context })];
  });
  return { ...client, ...Object.fromEntries(calls) };
};
