/** The testbed of one repeat: servers, relays, clients, and the catalogue sample from which inputs are drawn. */
import { openService, type SkillsServiceHandle } from '../../app/service';
import {
  type Addresses,
  type Clients,
  closeAll,
  connectAll,
  type PartialAddresses,
} from '../../calls/clients';
import type { Tokens } from '../../calls/tokens';
import type { ProtocolName } from '../../contract/protocol';
import type { Distance } from '../../wire/distance';
import { startRelayProcess } from '../../wire/relay-process';
import { type CatalogueSample, sampleCatalogue } from '../scenarios/support/catalogue-sample';
import type { ServerProcesses } from './server-processes';

export interface Testbed {
  readonly catalogue: CatalogueSample;
  readonly servers: ServerProcesses;
  /** The servers' own addresses. */
  readonly directAddresses: Addresses;
  /** The addresses that the clients call: relays, if there is a distance. */
  readonly addresses: Addresses;
  readonly clients: Clients;
  readonly tokens: Tokens;
  readonly signal: AbortSignal;
  /** The service in this process, on the same catalogue. */
  readonly service: () => Promise<SkillsServiceHandle>;
  close(): Promise<void>;
}

export interface TestbedOptions {
  readonly protocols: readonly ProtocolName[];
  /** Addresses of another implementation's servers. */
  readonly addresses: PartialAddresses;
  readonly distance: Distance;
  /** The token for calls to those servers that require one. */
  readonly token?: string;
}

const hasDistance = ({ rttMs, bandwidthMbit }: Distance): boolean => rttMs > 0 || bandwidthMbit !== undefined;

export const openTestbed = async (
  { protocols, addresses: external, distance, token }: TestbedOptions,
  servers: ServerProcesses,
  signal: AbortSignal,
): Promise<Testbed> => {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const directAddresses = Object.fromEntries(
      protocols.map((name) => [name, external[name] ?? servers.byProtocol.get(name)!.address]),
    ) as Addresses;
    const tokens: Tokens = Object.fromEntries(
      protocols.map((name) => [name, external[name] === undefined ? servers.token : token]),
    );
    const directClients = connectAll(directAddresses);
    closers.push(() => closeAll(directClients));
    const catalogue = await sampleCatalogue(directClients[protocols[0]!]);
    let addresses = directAddresses;
    if (hasDistance(distance)) {
      const relays = await startRelayProcess(directAddresses, distance);
      closers.push(relays.stop);
      addresses = relays.addresses as Addresses;
    }
    const clients = connectAll(addresses, tokens);
    closers.push(() => closeAll(clients));
    let opened: Promise<SkillsServiceHandle> | undefined;
    const service = () => {
      opened ??= openService({ dataFolder: servers.dataFolder });
      return opened;
    };
    closers.push(async () => (await opened)?.close());
    return { catalogue, servers, directAddresses, addresses, clients, tokens, signal, service, close };
  } catch (error) {
    await close();
    throw error;
  }
};
