/** Opens an HTTP port with the limits of LIMITS, and stops it gracefully. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { LIMITS } from '../contract/limits';
import type { RunningServer, ServerTls } from '../contract/protocol';
import type { Readiness } from '../contract/readiness';
import { formatAddress } from './client-address';
import { healthOf } from './health';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls;
  /** The service is always ready when absent. */
  readonly readiness?: Readiness;
}

const SETTINGS: ServerOptions = {
  maxHeaderSize: LIMITS.headerBytesMax,
  headersTimeout: LIMITS.headersMsMax,
  requestTimeout: LIMITS.requestMsMax,
  keepAliveTimeout: LIMITS.idleMsMax,
  connectionsCheckingInterval: 1000,
};

/** How long an idle connection stays open while the server stops, because a request may be on its way. */
const LINGER_MS = 1000;

/** Serves pages or a plain listener. Rejects with the system's error where the port can't be opened. */
export const listen = async (
  app: RequestListener,
  { host, port, tls, readiness }: ListenOptions,
): Promise<RunningServer> => {
  let isStopping = false;
  const listener: RequestListener = (request, response) => {
    if (isStopping) response.shouldKeepAlive = false;
    const health = healthOf(request.url, isStopping, readiness);
    if (health) response.writeHead(health.status, health.headers).end(health.body);
    else app(request, response);
  };
  const server: Server = tls
    ? createHttpsServer({ ...SETTINGS, ...tls }, listener)
    : createServer(SETTINGS, listener);
  server.maxConnections = LIMITS.connectionsMax;
  server.setTimeout(LIMITS.stalledMsMax);
  return openPort(server, { host, port, tls }, () => {
    isStopping = true;
  });
};

/** Opens the port of a server over HTTP or HTTPS. Calls `onStop` before it closes anything. */
export const openPort = async (
  server: Server,
  { host, port, tls }: ListenOptions,
  onStop: () => void,
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
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      const idle = setInterval(() => server.closeIdleConnections(), Math.min(LINGER_MS, graceMs));
      if (graceMs === 0) server.closeAllConnections();
      await closed;
      clearTimeout(late);
      clearInterval(idle);
      // Ends the timer of http's connection checks.
      server.close(() => undefined);
    },
  };
};
