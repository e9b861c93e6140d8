/** The clients of all four protocols on one server, and the error of a lost call. */

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

/** Whether the connection failed, so that the outcome of the call is unknown. Any other error is a response. */
export const isLost = ({ code, reason }: SkillsError): boolean =>
  code === 'UNAVAILABLE' && reason === 'CONNECTION_FAILED';
