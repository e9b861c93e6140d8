/** What one question is explained with: its answer, proved and recorded, and all that was started or opened for it. */
import { isDeepStrictEqual } from 'node:util';
import { PROTOCOLS } from '../../app/servers';
import { SkillsError } from '../../contract/errors';
import type { ProtocolName, SkillsClient } from '../../contract/protocol';
import type { Output, SkillsApi } from '../../contract/skills-api';
import type { Exchange } from '../../wire/capture';
import type { ReadCall, ReadOperation, ReadOutput } from './codecs';
import { createBareServerSpec, NotExplainable, recordCall } from './record';
import { type ServerName, type ServerSpec, type StartedServer, startServer } from './start';

type PerProtocol<T> = Readonly<Record<ProtocolName, T>>;

export interface ExplainSetupOptions {
  readonly call: ReadCall;
  readonly protocols: readonly ProtocolName[];
  readonly addresses: Readonly<Partial<Record<ProtocolName, string>>>;
  readonly api: SkillsApi;
  readonly signal?: AbortSignal;
}

/** Of protocols that take no part, nothing is there to be asked for. */
export interface ExplainSetup {
  readonly call: ReadCall;
  readonly api: SkillsApi;
  /** As the service in this process answers. */
  readonly output: ReadOutput;
  readonly addresses: PerProtocol<string>;
  readonly exchanges: PerProtocol<Exchange>;
  /** The bare library of the protocol, with the recorded answer as its constant. */
  bare(protocol: ProtocolName): ServerSpec<ServerName>;
  /** Resolves to its address. It is stopped with the stage. */
  start<N extends ServerName>(order: ServerSpec<N>): Promise<string>;
  /** Closed with the stage. */
  keep<T extends { close(): Promise<void> }>(client: T): T;
  close(): Promise<void>;
}

/** Rejects with `Unexplained` where a server answers otherwise than the service in this process. */
export const openExplainSetup = async (options: ExplainSetupOptions): Promise<ExplainSetup> => {
  const { call, protocols, addresses, api, signal } = options;
  const output = await requireAnswer('the service in this process', invokeCall(api, call));
  const exchanges = {} as Record<ProtocolName, Exchange>;
  for (const protocol of protocols) {
    const who = `the server of ${protocol}`;
    const recording = recordCall(protocol, addresses[protocol] ?? '', (client) => invokeCall(client, call));
    const { exchange, answer } = await requireAnswer(who, recording);
    requireEqual(who, answer, output);
    exchanges[protocol] = exchange;
  }
  const servers: StartedServer[] = [];
  const clients: Pick<SkillsClient, 'close'>[] = [];
  const stopServers = () => Promise.all(servers.map((server) => server.stop()));
  signal?.addEventListener('abort', stopServers, { once: true });
  return {
    call,
    api,
    output,
    addresses: addresses as PerProtocol<string>,
    exchanges,
    bare: (protocol) => createBareServerSpec(protocol, exchanges[protocol].response.body, call.operation),
    start: async (order) => {
      signal?.throwIfAborted();
      const server = startServer(order);
      servers.push(server);
      return server.address;
    },
    keep: (client) => {
      clients.push(client);
      return client;
    },
    close: async () => {
      signal?.removeEventListener('abort', stopServers);
      await Promise.allSettled(clients.map((client) => client.close()));
      await stopServers();
    },
  };
};

export const invokeCall = (api: SkillsApi, { operation, input }: ReadCall): Promise<ReadOutput> =>
  (api[operation] as (input: ReadCall['input']) => Promise<Output<ReadOperation>>)(input);

const requireAnswer = async <T>(who: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof SkillsError)) throw error;
    throw new NotExplainable(`${who} does not answer it: ${error.message}`);
  }
};

export const requireEqual = (who: string, answer: unknown, output: unknown): void => {
  if (!isDeepStrictEqual(answer, output)) {
    throw new NotExplainable(`${who} answers otherwise than the service in this process`);
  }
};

/** A client of ours, kept with the stage. */
export const connectClient = (stage: ExplainSetup, protocol: ProtocolName, address: string): SkillsClient =>
  stage.keep(PROTOCOLS[protocol].connect(address));
