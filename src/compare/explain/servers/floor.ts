/** The smallest server: Node's own reads the request to its end and writes the bytes of the response. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../contract/protocol';
import { LOOPBACK, listen } from '../loopback';

export interface FloorAnswer {
  readonly transport: 'HTTP/1.1' | 'HTTP/2';
  /** Without the transport's own headers, which Node writes itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** HTTP/2 only: they hold gRPC's status. */
  readonly trailers: Readonly<Record<string, string>>;
}

export const serve = (answer: FloorAnswer): Promise<RunningServer> =>
  answer.transport === 'HTTP/2' ? serveHttp2(answer) : listen(createServer(http1(answer)));

const http1 =
  ({ headers, body }: FloorAnswer): RequestListener =>
  (request, response) => {
    request.resume().on('end', () => response.writeHead(200, headers).end(body));
  };

const serveHttp2 = async ({ headers, body, trailers }: FloorAnswer): Promise<RunningServer> => {
  const sessions = new Set<ServerHttp2Session>();
  const waitForTrailers = Object.keys(trailers).length > 0;
  const server = createHttp2Server()
    .on('session', (session) => {
      sessions.add(session);
      session.on('error', () => {}).on('close', () => sessions.delete(session));
    })
    .on('stream', (stream) => {
      stream
        .on('error', () => {})
        .on('wantTrailers', () => stream.sendTrailers(trailers as IncomingHttpHeaders));
      stream.resume().on('end', () => {
        stream.respond({ ':status': 200, ...headers }, { waitForTrailers });
        stream.end(body);
      });
    });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(LOOPBACK.port, LOOPBACK.host, resolve);
  });
  return {
    address: `http://${LOOPBACK.host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
};
