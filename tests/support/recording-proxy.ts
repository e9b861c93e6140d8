/** An HTTP proxy between a client and a server that records the body of each request and response. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { sendHttp } from './raw/http';

export interface Exchange {
  readonly request: string;
  readonly status: number;
  readonly response: string;
}

export interface Recorder {
  readonly address: string;
  readonly exchanges: readonly Exchange[];
  stop(): Promise<void>;
}

/** Starts a proxy that forwards to the given origin. */
export const startRecorder = async (origin: string): Promise<Recorder> => {
  const exchanges: Exchange[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await sendHttp(origin, request.url ?? '/', {
      method: request.method,
      headers: headers as Record<string, string>,
      ...(body !== '' && { body }),
    });
    exchanges.push({ request: body, status: answer.status, response: answer.text });
    response
      .writeHead(answer.status, { 'content-type': String(answer.headers['content-type']) })
      .end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
