/** Monitors the server during attacks, in a separate process: calls of regular clients, and the memory of the server. */
import { fork } from 'node:child_process';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { residentBytes } from './process-state';
import { ProcessorWait } from './processor-wait';
import { type CallStatistics, type RegularClient, startRegularClient } from './regular-client';

export interface MonitoredServer {
  readonly address: Readonly<Record<ProtocolName, string>>;
  readonly tokens: Readonly<Record<ProtocolName, string>>;
  readonly pid: number;
  /** The certificate to trust, as PEM, if the server uses TLS. */
  readonly ca?: string;
}

export interface Observation {
  readonly calls: Readonly<Record<ProtocolName, CallStatistics>>;
  readonly peakBytes: number;
}

export interface Monitor {
  /** Resolves to the observations since the last call. */
  take(): Promise<Observation>;
  stop(): Promise<void>;
}

const SAMPLE_MS = 50;

export const startMonitor = async (watched: MonitoredServer): Promise<Monitor> => {
  const child = fork(__filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const request = <T>(message: unknown): Promise<T> =>
    new Promise((resolve) => {
      child.once('message', (answer) => resolve(answer as T)).send(message as object);
    });
  child.on('exit', (code) => {
    if (code !== 0) throw new Error('The monitor process has ended.');
  });
  await request(watched);
  return {
    take: () => request('take'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
};

const monitor = ({ address, tokens, pid, ca }: MonitoredServer): Monitor['take'] => {
  let peakBytes = 0;
  const sample = () => {
    try {
      peakBytes = Math.max(peakBytes, residentBytes(pid));
    } catch {
      // The server has ended; other checks report that.
    }
  };
  setInterval(sample, SAMPLE_MS);
  const processorWait = new ProcessorWait(pid);
  const clients = PROTOCOL_NAMES.map((name): [ProtocolName, RegularClient] => [
    name,
    startRegularClient(name, {
      address: address[name],
      token: tokens[name],
      processorWait,
      ...(ca && { ca }),
    }),
  ]);
  return async () => {
    const calls = await Promise.all(clients.map(async ([name, client]) => [name, await client.take()]));
    sample();
    const taken = { calls: Object.fromEntries(calls), peakBytes };
    peakBytes = 0;
    return taken;
  };
};

if (require.main === module) {
  let take: Monitor['take'] | undefined;
  process.on('message', async (message) => {
    if (message === 'take') process.send?.(await take?.());
    else {
      take = monitor(message as MonitoredServer);
      process.send?.('monitoring');
    }
  });
  process.once('disconnect', () => process.exit(0));
}
