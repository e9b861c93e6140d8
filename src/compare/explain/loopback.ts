/** Where the servers of an explanation listen: nothing but this machine asks them, and any free port will do. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../contract/protocol';

export const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;

/** With none of the limits and checks that the service has around its HTTP: a library is measured as it comes. */
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
