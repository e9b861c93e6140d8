/** Reading the body of a client that disconnects: the server must not wait for the rest of it. */
import type { IncomingMessage } from 'node:http';
import { readBody } from '../../../src/runtime/http-body';
import { serveHttp } from '../../../src/runtime/http-server';
import { sendAndDisconnect } from '../../support/raw/http';

export const describeReadBody = (): void => {
  test.each([
    ['without compression', ''],
    ['in gzip', 'Content-Encoding: gzip\r\n'],
  ])(
    'readBody rejects when the client disconnects during a body %s',
    async (_kind, encoding) => {
      const outcomes: Promise<string>[] = [];
      const app = (request: IncomingMessage): void => {
        outcomes.push(readBody(request).catch(({ reason }) => reason));
      };
      const transportError = ({ message }: Error) => ({ status: 400, headers: {}, body: message });
      const server = await serveHttp(
        { protocol: 'rest', app, transportError },
        { host: '127.0.0.1', port: 0 },
      );
      const head = `POST / HTTP/1.1\r\nHost: a\r\n${encoding}Content-Length: 1000\r\n\r\n`;
      await sendAndDisconnect(server.address, Buffer.concat([Buffer.from(head), Buffer.from([0x1f, 0x8b])]));
      expect(await outcomes[0]).toBe('MALFORMED_REQUEST');
      await server.stop();
    },
    5000,
  );
};
