/** Each protocol on its own port: all in one process, or any of them alone. */

import {
  PROTOCOL_NAMES,
  type Protocol,
  type ProtocolName,
  type RunningServer,
  type ServeOptions,
} from '../contract/protocol';
import type { SkillGraph } from '../contract/skill-graph';
import type { SkillsApi } from '../contract/skills-api';
import { portVariable } from './config';

/** An adapter and its libraries are loaded when first used: a process that serves one protocol pays for no other. */
const lazily = <P extends Protocol>(name: P['name'], load: () => P): P =>
  ({
    name,
    serve: (api, options) => load().serve(api, options),
    connect: (address, options) => load().connect(address, options),
  }) satisfies Protocol as unknown as P;

export const PROTOCOLS = {
  rest: lazily('rest', () => (require('../adapters/rest') as typeof import('../adapters/rest')).rest),
  graphql: lazily(
    'graphql',
    () => (require('../adapters/graphql') as typeof import('../adapters/graphql')).graphql,
  ),
  grpc: lazily('grpc', () => (require('../adapters/grpc') as typeof import('../adapters/grpc')).grpc),
  soap: lazily('soap', () => (require('../adapters/soap') as typeof import('../adapters/soap')).soap),
} as const satisfies Record<ProtocolName, Protocol>;

export type { GraphqlClient } from '../adapters/graphql/client';

export interface ServersOptions extends Omit<ServeOptions, 'port' | 'graph'> {
  readonly ports: Readonly<Record<ProtocolName, number>>;
  /** All of them when absent. */
  readonly only?: readonly ProtocolName[];
}

export type RunningServers = ReadonlyMap<ProtocolName, RunningServer>;

/** All or none: where one can not start, the others are stopped, and the Error names its variable in one line. */
export const startServers = async (
  { api, graph }: { readonly api: SkillsApi; readonly graph: () => SkillGraph },
  { ports, only = PROTOCOL_NAMES, ...options }: ServersOptions,
): Promise<RunningServers> => {
  const wanted = PROTOCOL_NAMES.filter((name) => only.includes(name));
  const starts = await Promise.allSettled(
    wanted.map(async (name) => {
      try {
        return [name, await PROTOCOLS[name].serve(api, { ...options, port: ports[name], graph })] as const;
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

/** At once, or when what is in flight has finished, or `graceMs` are over. */
export const stopServers = async (
  servers: RunningServers,
  options?: { readonly graceMs?: number },
): Promise<void> => {
  await Promise.all(Array.from(servers.values(), (server) => server.stop(options)));
};

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use',
  EACCES: 'is not allowed for this user',
  EADDRNOTAVAIL: 'can not be opened: this machine does not have that HOST',
  ENOTFOUND: 'can not be opened: there is no such HOST',
};

/** One line for the person who set the variable. */
export const portErrorMessage = (variable: string, port: number, host: string, error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const why = REFUSALS[code] ?? `can not be opened: ${String(error).replace(/\s+/g, ' ')}`;
  return `${variable} ${port} on ${host} ${why}`;
};
