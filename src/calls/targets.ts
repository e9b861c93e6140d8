/** The target of a call: the server on the configured ports or, if none runs there, a server in this process. */
import { connect } from 'node:net';
import type { Config } from '../app/config';
import { startServers, stopServers } from '../app/servers';
import { type SkillsServiceHandle, tokenTrustOf } from '../app/service';
import { type ConnectOptions, PROTOCOL_NAMES, type ProtocolName } from '../contract/protocol';
import type { SkillsApi } from '../contract/skills-api';
import type { Addresses } from './clients';

export interface CallTarget {
  readonly addresses: Addresses;
  /** Present if the addresses require TLS. */
  readonly tls?: ConnectOptions['tls'];
  /** The service itself, on the configured data folder; opened at the first use. */
  readonly service: () => Promise<SkillsApi>;
  close(): Promise<void>;
}

/** `needed` are the protocols of the call: a running server is the target only if it serves all of them. */
export const findTarget = async (config: Config, needed: readonly ProtocolName[]): Promise<CallTarget> => {
  let opened: Promise<SkillsServiceHandle> | undefined;
  const open = () => {
    // Loaded here, as a call to a running server needs no store.
    opened ??= import('../app/service.js').then(({ openService }) =>
      openService({ dataFolder: config.dataFolder, identity: tokenTrustOf(config) }),
    );
    return opened;
  };
  const service = async () => (await open()).api;
  const close = async () => (await opened)?.close();
  const running = await Promise.all(needed.map((name) => isListening(config.host, config.ports[name])));
  if (running.every(Boolean))
    return { addresses: configuredAddresses(config), tls: clientTls(config), service, close };

  const ports = Object.fromEntries(PROTOCOL_NAMES.map((name) => [name, 0])) as Config['ports'];
  const servers = await startServers(await open(), { host: '127.0.0.1', ports, only: needed });
  const addresses = [...servers].map(([name, { address }]) => [name, address]);
  return {
    addresses: Object.fromEntries(addresses),
    service,
    close: async () => {
      await stopServers(servers);
      await close();
    },
  };
};

/** TLS options for calls to the configured servers; undefined if neither TLS nor a trusted certificate is configured. */
export const clientTls = ({ tls, tlsCa }: Config): ConnectOptions['tls'] =>
  tls || tlsCa !== undefined ? { ...(tlsCa !== undefined && { ca: tlsCa }) } : undefined;

export const configuredAddresses = (config: Config): Addresses => {
  const { host, ports } = config;
  const scheme = clientTls(config) ? 'https://' : 'http://';
  return Object.fromEntries(
    PROTOCOL_NAMES.map((name) => [name, `${name === 'grpc' ? '' : scheme}${host}:${ports[name]}`]),
  ) as Addresses;
};

const isListening = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const finish = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
    socket.setTimeout(500, () => finish(false));
  });
