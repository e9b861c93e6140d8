/** Our own clients, all four on one server, and when a call of theirs was lost. */

import { PROTOCOLS } from '../../src/app/servers';
import type { SkillsError } from '../../src/contract/errors';
import type { ConnectOptions, ProtocolName, SkillsClient } from '../../src/contract/protocol';

export type Clients = Readonly<Record<ProtocolName, SkillsClient>>;

export const connectAll = (
  address: Readonly<Record<ProtocolName, string>>,
  options?: ConnectOptions,
): Clients => {
  const client = (name: ProtocolName) => PROTOCOLS[name].connect(address[name], options);
  return { rest: client('rest'), graphql: client('graphql'), grpc: client('grpc'), soap: client('soap') };
};

export const closeAll = async (clients: Clients): Promise<void> => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
};

/** The connection failed, and nobody said what became of the call. Any other error is an answer. */
export const isLost = ({ code, reason }: SkillsError): boolean =>
  code === 'UNAVAILABLE' && reason === 'CONNECTION_FAILED';
