/** The shipped catalogue behind real servers on free ports, on a SQLite file in a folder that is removed when they stop. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServers, type ServersOptions, startServers, stopServers } from '../../src/app/servers';
import { openService, type ServiceOptions, type SkillsServiceHandle } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { adaToken } from './caller';

export interface Served {
  readonly service: SkillsServiceHandle;
  /** An HTTP origin, or host:port for gRPC; empty if the protocol is not served. */
  readonly address: Readonly<Record<ProtocolName, string>>;
  readonly servers: RunningServers;
  readonly dataFolder: string;
  /** A token of the learner ada with the scope skills:write. */
  readonly token: string;
  /** What the service logged: internal errors, and failures of the store; empty unless a test fails. */
  readonly logged: readonly unknown[];
  stop(): Promise<void>;
}

export const serveMap = async (
  only: readonly ProtocolName[] = PROTOCOL_NAMES,
  options: Omit<ServiceOptions, 'dataFolder' | 'log'> = {},
  serving: Omit<ServersOptions, 'host' | 'ports' | 'only'> = {},
): Promise<Served> => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'rosetta-test-'));
  const logged: unknown[] = [];
  const service = await openService({ ...options, dataFolder, log: (error) => logged.push(error) });
  const ports = { rest: 0, graphql: 0, grpc: 0, soap: 0 };
  const servers = await startServers(service, { ...serving, host: '127.0.0.1', ports, only });
  const address = (name: ProtocolName): string => servers.get(name)?.address ?? '';
  return {
    service,
    servers,
    dataFolder,
    token: await adaToken(service),
    address: {
      rest: address('rest'),
      graphql: address('graphql'),
      grpc: address('grpc'),
      soap: address('soap'),
    },
    logged,
    stop: async () => {
      await stopServers(servers);
      await service.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};
