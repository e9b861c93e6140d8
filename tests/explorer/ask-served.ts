/** A question asked as the explorer's page has it asked, of real servers in this process. */
import { untrustedToken } from '../../src/app/untrusted-token';
import type { Answer, AskAnswer, Asked, AskRequest, ProtocolName, Wire } from '../../src/explorer/api';
import { ask } from '../../src/explorer/ask';
import type { Served } from '../support/served';

/** With its wire, which is there unless it was not wanted. */
export type Seen = Asked & { readonly wire: Wire };

export const asking =
  ({ address, service }: Served) =>
  (request: AskRequest): Promise<AskAnswer> =>
    ask({ addresses: address, issue: service.identity.issue, untrustedToken, dataFolder: '' }, request);

/** By protocol; all four gave the same answer. */
export const agreed = ({ asked, differences }: AskAnswer): Record<ProtocolName, Seen> => {
  expect(differences).toEqual([]);
  return Object.fromEntries(asked.map((one) => [one.protocol, one])) as Record<ProtocolName, Seen>;
};

export const valueIn = (answer: Answer): unknown => ('value' in answer ? answer.value : undefined);
