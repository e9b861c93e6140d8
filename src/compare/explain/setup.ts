/** The setup of one explanation: the answer, checked and recorded, and the servers and clients that it has opened. */
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

/** `addresses` and `exchanges` hold only the protocols that take part. */
export interface ExplainSetup {
  readonly call: ReadCall;
  readonly api: SkillsApi;
  /** The answer of the service in this process. */
  readonly output: ReadOutput;
  readonly addresses: PerProtocol<string>;
  readonly exchanges: PerProtocol<Exchange>;
  /** The bare library of the protocol, with the recorded answer as its constant. */
  bare(protocol: ProtocolName): ServerSpec<ServerName>;
  /** Resolves to the server's address. `close` stops the server. */
  start<N extends ServerName>(order: ServerSpec<N>): Promise<string>;
  /** Returns the client, which `close` then closes. */
  closeLater<T extends { close(): Promise<void> }>(client: T): T;
  close(): Promise<void>;
}

/** Rejects with `NotExplainable` if a server's answer differs from that of the service in this process. */
export const openExplainSetup = async (options: ExplainSetupOptions): Promise<ExplainSetup> => {
  const { call, protocols, addresses, api, signal } = options;
  const output = await requireAnswer('the service in this process', invokeCall(api, call));
  const exchanges = {} as Record<ProtocolName, Exchange>;
  for (const protocol of protocols) {
    const server = `the server of ${protocol}`;
    const recording = recordCall(protocol, addresses[protocol] ?? '', (client) => invokeCall(client, call));
    const { exchange, answer } = await requireAnswer(server, recording);
    requireEqual(server, answer, output);
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
    start: async (spec) => {
      signal?.throwIfAborted();
      const server = startServer(spec);
      servers.push(server);
      return server.address;
    },
    closeLater: (client) => {
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

const requireAnswer = async <T>(source: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof SkillsError)) throw error;
    throw new NotExplainable(`${source} returns an error: ${error.message}`);
  }
};

export const requireEqual = (source: string, answer: unknown, output: unknown): void => {
  if (!isDeepStrictEqual(answer, output)) {
    throw new NotExplainable(`the answer of ${source} differs from that of the service in this process`);
  }
};

/** One of the project's clients, which the setup closes. */
export const connectClient = (setup: ExplainSetup, protocol: ProtocolName, address: string): SkillsClient =>
  setup.closeLater(PROTOCOLS[protocol].connect(address));
