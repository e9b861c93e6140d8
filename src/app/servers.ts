/** Starts and stops the servers of the protocols, each on its own port. */
import {
  PROTOCOL_NAMES,
  type Protocol,
  type ProtocolName,
  type RunningServer,
  type ServeOptions,
} from '../contract/protocol';
import type { Readiness } from '../contract/readiness';
import type { SkillGraph } from '../contract/skill-graph';
import type { SkillsApi } from '../contract/skills-api';
import { portVariable } from './config';

/** Loads an adapter and its libraries when it is first used, so that a process loads only the protocols that it serves. */
const loadWhenUsed = <P extends Protocol>(name: P['name'], load: () => P): P =>
  ({
    name,
    serve: (api, options) => load().serve(api, options),
    connect: (address, options) => load().connect(address, options),
  }) satisfies Protocol as unknown as P;

export const PROTOCOLS = {
  rest: loadWhenUsed('rest', () => (require('../adapters/rest') as typeof import('../adapters/rest')).rest),
  graphql: loadWhenUsed(
    'graphql',
    () => (require('../adapters/graphql') as typeof import('../adapters/graphql')).graphql,
  ),
  grpc: loadWhenUsed('grpc', () => (require('../adapters/grpc') as typeof import('../adapters/grpc')).grpc),
  soap: loadWhenUsed('soap', () => (require('../adapters/soap') as typeof import('../adapters/soap')).soap),
} as const satisfies Record<ProtocolName, Protocol>;

export type { GraphqlClient } from '../adapters/graphql/client';

export interface ServersOptions extends Omit<ServeOptions, 'port' | 'graph' | 'readiness' | 'admit'> {
  readonly ports: Readonly<Record<ProtocolName, number>>;
  /** All of them when absent. */
  readonly only?: readonly ProtocolName[];
}

export interface ServedService {
  readonly api: SkillsApi;
  readonly graph: () => SkillGraph;
  /** Always ready when absent. */
  readonly readiness?: Readiness;
  /** Charges nothing when absent. */
  readonly admit?: ServeOptions['admit'];
}

export type RunningServers = ReadonlyMap<ProtocolName, RunningServer>;

/** Starts all servers or none: if one cannot start, the others are stopped, and the Error names the port's variable in one line. */
export const startServers = async (
  { api, graph, readiness, admit }: ServedService,
  { ports, only = PROTOCOL_NAMES, ...options }: ServersOptions,
): Promise<RunningServers> => {
  const names = PROTOCOL_NAMES.filter((name) => only.includes(name));
  const starts = await Promise.allSettled(
    names.map(async (name) => {
      try {
        return [
          name,
          await PROTOCOLS[name].serve(api, { ...options, port: ports[name], graph, readiness, admit }),
        ] as const;
      } catch (error) {
        throw new Error(portErrorMessage(portVariable(name), ports[name], options.host, error), {
          cause: error,
        });
      }
    }),
  );
  const running = new Map(starts.filter((start) => start.status === 'fulfilled').map(({ value }) => value));
  const failed = starts.find((start) => start.status === 'rejected');
  if (!failed) return running;
  await stopServers(running);
  throw failed.reason;
};

/** Stops all servers, when the calls in flight have finished or after `graceMs` (0 when absent). */
export const stopServers = async (
  servers: RunningServers,
  options?: { readonly graceMs?: number },
): Promise<void> => {
  await Promise.all(Array.from(servers.values(), (server) => server.stop(options)));
};

const PORT_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'is not allowed for this user',
  EADDRNOTAVAIL: 'cannot be opened: this machine does not have the address HOST',
  ENOTFOUND: 'cannot be opened: the name HOST does not exist',
};

/** One line that names the variable, the port and the cause. */
export const portErrorMessage = (variable: string, port: number, host: string, error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const cause = PORT_ERRORS[code] ?? `cannot be opened: ${String(error).replace(/\s+/g, ' ')}`;
  return `${variable} ${port} on ${host} ${cause}`;
};
