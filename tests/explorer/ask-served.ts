/** Calls through the explorer's own code, against real servers in this process. */
import { untrustedToken } from '../../src/app/untrusted-token';
import type {
  Answer,
  AskRequest,
  AskResult,
  ProtocolName,
  ProtocolResult,
  Wire,
} from '../../src/explorer/api';
import { askProtocols } from '../../src/explorer/ask';
import type { Served } from '../support/served';

/** A result with its wire. */
export type ResultWithWire = ProtocolResult & { readonly wire: Wire };

export const askServed =
  ({ address, service }: Served) =>
  (request: AskRequest): Promise<AskResult> =>
    askProtocols(
      { addresses: address, issue: service.identity.issue, untrustedToken, dataFolder: '' },
      request,
    );

/** Results by protocol; fails unless all four gave the same answer. */
export const equalResults = ({ results, differences }: AskResult): Record<ProtocolName, ResultWithWire> => {
  expect(differences).toEqual([]);
  return Object.fromEntries(results.map((one) => [one.protocol, one])) as Record<
    ProtocolName,
    ResultWithWire
  >;
};

export const valueIn = (answer: Answer): unknown => ('value' in answer ? answer.value : undefined);
