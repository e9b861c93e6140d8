/** A port of its own, with the same limits as those of the protocols, and the same way to stop. */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { LIMITS } from '../contract/limits';
import type { RunningServer, ServerTls } from '../contract/protocol';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls;
}

const SETTINGS: ServerOptions = {
  maxHeaderSize: LIMITS.headerBytesMax,
  headersTimeout: LIMITS.headersMsMax,
  requestTimeout: LIMITS.requestMsMax,
  keepAliveTimeout: LIMITS.idleMsMax,
  connectionsCheckingInterval: 1000,
};

/** A quiet connection may have a request on its way: that long it stays open while the server stops. */
const LINGER_MS = 1000;

/** Rejects with the system's error where the port can't be opened. */
export const listen = async (
  app: RequestListener,
  { host, port, tls }: ListenOptions,
): Promise<RunningServer> => {
  let isStopping = false;
  const listener: RequestListener = (request, response) => {
    if (isStopping) response.shouldKeepAlive = false;
    if (request.url === '/livez' || request.url === '/readyz') {
      const ready = request.url === '/livez' || !isStopping;
      response.writeHead(ready ? 200 : 503, { 'Content-Type': 'application/json' });
      response.end(`{"status":"${ready ? 'ok' : 'stopping'}"}`);
    } else app(request, response);
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

/** Opens the port of a server over HTTP or HTTPS. `stopping` is told before anything is closed. */
export const openPort = async (
  server: Server,
  { host, port, tls }: ListenOptions,
  stopping: () => void,
): Promise<RunningServer> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    address: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    stop: async ({ graceMs = 0 } = {}) => {
      stopping();
      // Not http's own close, which cuts connections that seem idle.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(server, () => resolve());
      });
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      const idle = setInterval(() => server.closeIdleConnections(), Math.min(LINGER_MS, graceMs));
      if (graceMs === 0) server.closeAllConnections();
      await closed;
      clearTimeout(late);
      clearInterval(idle);
      // Ends http's own timer.
      server.close(() => undefined);
    },
  };
};
