/** Clients of the four protocols, each connected to an address. */
import { type GraphqlClient, PROTOCOLS } from '../app/servers';
import type { ConnectOptions, ProtocolName, SkillsClient } from '../contract/protocol';
import { type Tokens, withToken } from './tokens';

export type { GraphqlClient } from '../app/servers';

/** The address of each protocol's server: an HTTP origin, or host:port for gRPC. */
export type Addresses = Readonly<Record<ProtocolName, string>>;
export type PartialAddresses = Partial<Addresses>;

/** GraphQL's client can also execute any document. */
export type Clients = Readonly<Record<ProtocolName, SkillsClient>> & { readonly graphql: GraphqlClient };

export const connect = <P extends ProtocolName>(
  protocol: P,
  address: string,
  options?: ConnectOptions,
): Clients[P] => PROTOCOLS[protocol].connect(address, options) as Clients[P];

/** A client for each address; each client sends its token only with operations that require one. */
export const connectAll = (addresses: PartialAddresses, tokens: Tokens = {}): Clients =>
  Object.fromEntries(
    (Object.entries(addresses) as [ProtocolName, string][]).map(([name, address]) => [
      name,
      withToken(connect(name, address), tokens[name]),
    ]),
  ) as unknown as Clients;

export const closeAll = (clients: Clients): Promise<unknown> =>
  Promise.all(Object.values(clients).map((client) => client.close()));
