/** The least that asks: a recorded request sent again on one connection. What the crossed arms are asked with. */
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { Client } from 'undici';
import type { Message } from '../../wire/capture';

export interface MinimalClient {
  /** The body of the answer. Rejects where it is no success. */
  ask(body?: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** Of the connection or of the moment, which whoever sends the message writes. */
const HOP_BY_HOP = /^(:.*|host|connection|keep-alive|transfer-encoding|date)$/i;

export const pickEndToEndHeaders = ({ headers }: Message): Record<string, string> =>
  Object.fromEntries(headers.filter(([name]) => !HOP_BY_HOP.test(name)));

/** With a body of its own each request has a length of its own, which the client writes. */
const toRequest = (request: Message) => {
  const [method = '', path = ''] = request.startLine.split(' ');
  const { 'content-length': _, ...headers } = pickEndToEndHeaders(request);
  return { method, path, headers, body: request.body.length > 0 ? request.body : undefined };
};

export const connectMinimalHttp1 = (origin: string, request: Message): MinimalClient => {
  const client = new Client(origin);
  const question = toRequest(request);
  return {
    ask: async (body) => {
      const answer = await client.request({ ...question, ...(body !== undefined && { body }) });
      if (answer.statusCode !== 200) throw createStatusError(origin, answer.statusCode);
      return Buffer.from(await answer.body.arrayBuffer());
    },
    close: () => client.destroy(),
  };
};

export const connectMinimalHttp2 = (origin: string, request: Message): MinimalClient => {
  const session = connect(origin).on('error', () => {});
  const { method, path, headers, body } = toRequest(request);
  const question: OutgoingHttpHeaders = { ':method': method, ':path': path, ...headers };
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let status: unknown;
        const stream = session.request(question);
        stream.on('response', ({ ':status': answered }) => {
          status = answered;
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
  new Error(`${origin} answered with status ${status}`);
