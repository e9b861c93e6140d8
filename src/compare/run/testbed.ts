/** What a run measures with: servers, the way to them, clients, and the catalogue that questions are drawn from. */

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
  readonly world: CatalogueSample;
  readonly servers: ServerProcesses;
  /** As they are, and as they are asked: through a relay where there is a distance. */
  readonly direct: Addresses;
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
  /** Of servers to measure instead of our own. */
  readonly addresses: PartialAddresses;
  readonly distance: Distance;
  /** What those want for what not anybody may. */
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
    const direct = Object.fromEntries(
      protocols.map((name) => [name, external[name] ?? servers.byProtocol.get(name)!.address]),
    ) as Testbed['direct'];
    const tokens: Tokens = Object.fromEntries(
      protocols.map((name) => [name, external[name] === undefined ? servers.token : token]),
    );
    const near = connectAll(direct);
    closers.push(() => closeAll(near));
    const world = await sampleCatalogue(near[protocols[0]!]);
    let addresses = direct;
    if (hasDistance(distance)) {
      const relays = await startRelayProcess(direct, distance);
      closers.push(relays.stop);
      addresses = relays.addresses as Testbed['addresses'];
    }
    const clients = connectAll(addresses, tokens);
    closers.push(() => closeAll(clients));
    let opened: Promise<SkillsServiceHandle> | undefined;
    const service = () => {
      opened ??= openService({ dataFolder: servers.dataFolder });
      return opened;
    };
    closers.push(async () => (await opened)?.close());
    return { world, servers, direct, addresses, clients, tokens, signal, service, close };
  } catch (error) {
    await close();
    throw error;
  }
};
