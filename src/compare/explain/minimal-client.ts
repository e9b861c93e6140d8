/** The client of the crossed arms: it sends a recorded request again on one connection, and does nothing else. */
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { Client } from 'undici';
import type { Message } from '../../wire/capture';

export interface MinimalClient {
  /** Resolves to the response body. Rejects if the status is not 200. */
  send(body?: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** Headers of the connection or of the moment, which the sender writes itself. */
const HOP_BY_HOP = /^(:.*|host|connection|keep-alive|transfer-encoding|date)$/i;

export const pickEndToEndHeaders = ({ headers }: Message): Record<string, string> =>
  Object.fromEntries(headers.filter(([name]) => !HOP_BY_HOP.test(name)));

/** Without the length, which the client writes itself, as the body may be replaced. */
const toRequest = (request: Message) => {
  const [method = '', path = ''] = request.startLine.split(' ');
  const { 'content-length': _, ...headers } = pickEndToEndHeaders(request);
  return { method, path, headers, body: request.body.length > 0 ? request.body : undefined };
};

export const connectMinimalHttp1 = (origin: string, request: Message): MinimalClient => {
  const client = new Client(origin);
  const prepared = toRequest(request);
  return {
    send: async (body) => {
      const response = await client.request({ ...prepared, ...(body !== undefined && { body }) });
      if (response.statusCode !== 200) throw createStatusError(origin, response.statusCode);
      return Buffer.from(await response.body.arrayBuffer());
    },
    close: () => client.destroy(),
  };
};

export const connectMinimalHttp2 = (origin: string, request: Message): MinimalClient => {
  const session = connect(origin).on('error', () => {});
  const { method, path, headers, body } = toRequest(request);
  const requestHeaders: OutgoingHttpHeaders = { ':method': method, ':path': path, ...headers };
  return {
    send: () =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let status: unknown;
        const stream = session.request(requestHeaders);
        stream.on('response', ({ ':status': received }) => {
          status = received;
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        stream.on('end', () =>
          status === 200 ? resolve(Buffer.concat(chunks)) : reject(createStatusError(origin, status)),
        );
        stream.end(body);
      }),
    close: async () => session.destroy(),
  };
};

const createStatusError = (origin: string, status: unknown): Error =>
  new Error(`${origin} responded with status ${status}, expected 200`);
