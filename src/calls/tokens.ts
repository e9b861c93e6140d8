/** The bearer tokens of a comparison's calls. */

import { REQUIREMENTS } from '../contract/authorization';
import type { ProtocolName } from '../contract/protocol';
import { OPERATION_NAMES, type Operation, type SkillsApi } from '../contract/skills-api';

/** Tokens by protocol; absent for a server of another implementation without a token. */
export type Tokens = Readonly<Partial<Record<ProtocolName, string>>>;

export const requiresToken = (operation: Operation): boolean => REQUIREMENTS[operation] !== 'nothing';

/** Sends the token only with operations that require one: public reads then cost the same as without a token. */
export const withToken = <C extends SkillsApi>(client: C, token: string | undefined): C => {
  if (token === undefined) return client;
  const calls = OPERATION_NAMES.filter(requiresToken).map((operation) => {
    const call = client[operation] as (input: object, context: object) => Promise<unknown>;
    return [operation, (input: object, context?: object) => call(input, { token, ...context })];
  });
  return { ...client, ...Object.fromEntries(calls) };
};
