/** The relays in a process of their own: this module starts it, and is what runs in it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ProtocolName } from '../contract/protocol';
import type { Distance } from './distance';
import { type Relay, startRelay } from './relay';

export type RelayAddresses = Readonly<Partial<Record<ProtocolName, string>>>;

export interface RelayProcess {
  /** Where to connect instead, for each address given. */
  readonly addresses: RelayAddresses;
  readonly pid: number;
  /** For what is sent from now on. Rejects with an Error of one line where the process has ended. */
  setDistance(distance: Distance): Promise<void>;
  stop(): Promise<void>;
}

interface Start {
  readonly targets: RelayAddresses;
  readonly distance: Distance;
}

/** A process runs JavaScript; from a test, what was built of this file. */
const PROGRAM = __filename.endsWith('.js') ? __filename : join(__dirname, '../../dist/wire/relay-process.js');

export const startRelayProcess = async (
  targets: RelayAddresses,
  distance: Distance,
): Promise<RelayProcess> => {
  const child = fork(PROGRAM, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    // Ctrl+C goes to the whole group; the parent alone decides when the relays stop.
    detached: true,
  });
  const ended = once(child, 'exit');
  const ask = createRequester(child, ended);
  const addresses = (await ask({ targets, distance } satisfies Start)) as RelayAddresses;
  return {
    addresses,
    pid: child.pid ?? 0,
    setDistance: async (next) => {
      await ask(next);
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

/** Messages are answered one by one, in their order. */
const createRequester = (child: ChildProcess, ended: Promise<unknown[]>) => {
  const failure = ended.then(([code, signal]): never => {
    throw new Error(`The relay process has ended (${signal ?? `exit code ${code}`}).`);
  });
  failure.catch(() => {});
  const waiting: ((answer: unknown) => void)[] = [];
  child.on('message', (answer) => waiting.shift()?.(answer));
  return (message: Start | Distance): Promise<unknown> => {
    const answer = new Promise<unknown>((resolve) => waiting.push(resolve));
    // A message that can not be sent is one to a process that ends.
    child.send(message, () => {});
    return Promise.race([answer, failure]);
  };
};

const serveRelays = async (): Promise<void> => {
  process.once('disconnect', () => process.exit());
  const [{ targets, distance }] = (await once(process, 'message')) as [Start];
  const relays = new Map<string, Relay>();
  for (const [name, target] of Object.entries(targets)) {
    relays.set(name, await startRelay(target, { distance }));
  }
  process.on('message', (next: Distance) => {
    for (const relay of relays.values()) relay.setDistance(next);
    process.send?.('done');
  });
  process.send?.(Object.fromEntries(Array.from(relays, ([name, { address }]) => [name, address])));
};

if (require.main === module) void serveRelays();
