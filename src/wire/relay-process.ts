/** Relays in a process of their own. This module starts the process, and is also the program that runs in it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ProtocolName } from '../contract/protocol';
import type { Distance } from './distance';
import { type Relay, startRelay } from './relay';

export type RelayAddresses = Readonly<Partial<Record<ProtocolName, string>>>;

export interface RelayProcess {
  /** The address for the client, by protocol. */
  readonly addresses: RelayAddresses;
  readonly pid: number;
  /** Applies to later bytes. Rejects with an Error of one line after the process has ended. */
  setDistance(distance: Distance): Promise<void>;
  stop(): Promise<void>;
}

interface Start {
  readonly targets: RelayAddresses;
  readonly distance: Distance;
}

/** The process runs JavaScript: under Jest, the built version of this file. */
const PROGRAM = __filename.endsWith('.js') ? __filename : join(__dirname, '../../dist/wire/relay-process.js');

export const startRelayProcess = async (
  targets: RelayAddresses,
  distance: Distance,
): Promise<RelayProcess> => {
  const child = fork(PROGRAM, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    // Ctrl+C signals the whole process group; the parent alone decides when the relays stop.
    detached: true,
  });
  const ended = once(child, 'exit');
  const send = createRequester(child, ended);
  const addresses = (await send({ targets, distance } satisfies Start)) as RelayAddresses;
  return {
    addresses,
    pid: child.pid ?? 0,
    setDistance: async (next) => {
      await send(next);
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

/** The process replies to each message in order. */
const createRequester = (child: ChildProcess, ended: Promise<unknown[]>) => {
  const failure = ended.then(([code, signal]): never => {
    throw new Error(`The relay process has ended (${signal ?? `exit code ${code}`}).`);
  });
  failure.catch(() => {});
  const pending: ((reply: unknown) => void)[] = [];
  child.on('message', (reply) => pending.shift()?.(reply));
  return (message: Start | Distance): Promise<unknown> => {
    const reply = new Promise<unknown>((resolve) => pending.push(resolve));
    // Sending fails only while the process is ending, which `failure` reports.
    child.send(message, () => {});
    return Promise.race([reply, failure]);
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
