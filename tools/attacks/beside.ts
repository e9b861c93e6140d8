/** Monitors the server during attacks, in a separate process: calls of regular clients, and the memory of the server. */
import { fork } from 'node:child_process';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { type Manners, type Polite, startPolite } from './polite';
import { residentBytes } from './process-state';

export interface Watched {
  readonly address: Readonly<Record<ProtocolName, string>>;
  readonly tokens: Readonly<Record<ProtocolName, string>>;
  readonly pid: number;
}

export interface Observation {
  readonly manners: Readonly<Record<ProtocolName, Manners>>;
  readonly peakBytes: number;
}

export interface Beside {
  /** Resolves to the observations since the last call. */
  take(): Promise<Observation>;
  stop(): Promise<void>;
}

const SAMPLE_MS = 50;

export const startBeside = async (watched: Watched): Promise<Beside> => {
  const child = fork(__filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answerTo = <T>(message: unknown): Promise<T> =>
    new Promise((resolve) => {
      child.once('message', (answer) => resolve(answer as T)).send(message as object);
    });
  child.on('exit', (code) => {
    if (code !== 0) throw new Error('The monitor process has ended.');
  });
  await answerTo(watched);
  return {
    take: () => answerTo('take'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
};

const watch = ({ address, tokens, pid }: Watched): Beside['take'] => {
  let peakBytes = 0;
  const sample = () => {
    try {
      peakBytes = Math.max(peakBytes, residentBytes(pid));
    } catch {
      // The server has ended; other checks report that.
    }
  };
  setInterval(sample, SAMPLE_MS);
  const clients = PROTOCOL_NAMES.map((name): [ProtocolName, Polite] => [
    name,
    startPolite(name, address[name], tokens[name]),
  ]);
  return async () => {
    const manners = await Promise.all(clients.map(async ([name, client]) => [name, await client.take()]));
    sample();
    const taken = { manners: Object.fromEntries(manners), peakBytes };
    peakBytes = 0;
    return taken;
  };
};

if (require.main === module) {
  let take: Beside['take'] | undefined;
  process.on('message', async (message) => {
    if (message === 'take') process.send?.(await take?.());
    else {
      take = watch(message as Watched);
      process.send?.('watching');
    }
  });
  process.once('disconnect', () => process.exit(0));
}
