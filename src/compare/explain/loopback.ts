/** The servers of an explanation listen on the loopback address and on any free port. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../contract/protocol';

export const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;

/** Listens without the service's HTTP limits and checks, so that a library is measured with its defaults. */
export const listen = async (server: Server): Promise<RunningServer> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(LOOPBACK.port, LOOPBACK.host, resolve);
  });
  return {
    address: `http://${LOOPBACK.host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
