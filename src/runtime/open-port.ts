/** Opens the port of an HTTP server, and stops the server gracefully. */
import type { Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { RunningServer, ServerTls } from '../contract/protocol';
import { formatAddress } from './client-address';

interface PortOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls;
}

interface StopHooks {
  /** Called before anything is closed. */
  readonly onStop: () => void;
  /** Destroys all sockets, also those that HTTP does not know yet. */
  readonly destroyAll: () => void;
}

/** How long an idle connection stays open while the server stops, because a request may be on its way. */
const LINGER_MS = 1000;

/** Rejects with the system's error where the port can't be opened. */
export const openPort = async (
  server: Server,
  { host, port, tls }: PortOptions,
  { onStop, destroyAll }: StopHooks,
): Promise<RunningServer> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    address: `${tls ? 'https' : 'http'}://${formatAddress(host, boundPort)}`,
    stop: async ({ graceMs = 0 } = {}) => {
      onStop();
      // http's own close would cut connections that only seem idle.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(server, () => resolve());
      });
      const late = setTimeout(destroyAll, graceMs);
      const idle = setInterval(() => server.closeIdleConnections(), Math.min(LINGER_MS, graceMs));
      if (graceMs === 0) destroyAll();
      await closed;
      clearTimeout(late);
      clearInterval(idle);
      // Ends the timer of http's connection checks.
      server.close(() => undefined);
    },
  };
};
