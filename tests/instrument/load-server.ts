/** Servers with known behaviour, over HTTP/1.1 or HTTP/2, and the load generator's target for each. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createReplayTarget } from '../../src/compare/load/replay';
import type { LoadTarget } from '../../src/compare/load/target';
import type { Exchange } from '../../src/wire/capture';

export const RIGHT = 'the right answer';
const NOTHING = { headers: [], body: Buffer.alloc(0), trailers: [] };

type Answer = (end: (body: string) => void) => void;

export interface LoadedServer {
  readonly server: Server | Http2Server;
  readonly target: LoadTarget;
  /** The number of HTTP/2 connections opened so far. */
  readonly sessions: readonly ServerHttp2Session[];
  stopServer(): void;
}

const started: LoadedServer[] = [];
afterEach(async () => {
  for (const { target, stopServer } of started.splice(0)) {
    await target.close();
    stopServer();
  }
});

export const serveAndTarget = async (
  protocol: 'rest' | 'grpc',
  answer: Answer,
  connections = 64,
): Promise<LoadedServer> => {
  const listener = (_: unknown, response: { end(body: string): void }) =>
    answer((body) => response.end(body));
  const server =
    protocol === 'rest' ? createServer(listener as RequestListener) : createHttp2Server(listener);
  const sessions: ServerHttp2Session[] = [];
  (server as Http2Server).on('session', (session) => sessions.push(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exchange: Exchange = {
    request: {
      ...NOTHING,
      startLine: 'GET / HTTP/1.1',
      headers: protocol === 'rest' ? [] : [[':path', '/']],
    },
    response: { ...NOTHING, startLine: 'HTTP/1.1 200 OK', body: Buffer.from(RIGHT) },
  };
  const target = createReplayTarget(
    protocol,
    protocol === 'rest' ? `http://${host}` : host,
    [exchange],
    connections,
  );
  const stopServer = (): void => {
    server.close();
    for (const session of sessions) session.destroy();
    if ('closeAllConnections' in server) server.closeAllConnections();
  };
  const loaded = { server, target, sessions, stopServer };
  started.push(loaded);
  return loaded;
};
