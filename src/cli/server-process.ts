/** The service in a process of its own, so that its work and the client's are not on one event loop. */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Addresses } from '../compare/run';

export interface ServerProcess {
  readonly addresses: Addresses;
  stop(): Promise<void>;
}

/** On free ports, with the shipped skill map in a folder that goes when it stops. */
export const startServerProcess = async (): Promise<ServerProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'api-rosetta-'));
  const child = fork(join(__dirname, 'rosetta.js'), ['serve'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ROSETTA_DATA: folder, HOST: '127.0.0.1', ...FREE_PORTS },
    // Ctrl+C goes to the whole group; the parent alone decides when the server stops.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const addresses = await Promise.race([
    new Promise<Addresses>((resolve) => child.once('message', (message) => resolve(message as Addresses))),
    ended.then(() => undefined),
  ]);
  if (addresses) return { addresses, stop };
  await stop();
  throw new Error('The server process did not start; its own message stands above.');
};

const FREE_PORTS = { REST_PORT: '0', GRAPHQL_PORT: '0', GRPC_PORT: '0', SOAP_PORT: '0' };
