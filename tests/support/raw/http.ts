/** HTTP requests as bytes, sent without our clients, so that tests can send anything. */
import { createConnection } from 'node:net';
import { request } from 'undici';

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  /** An iterable is sent with chunked transfer coding. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export const sendHttp = async (
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawResponse> => {
  const answer = await request(origin + path, { method: method as 'GET', headers, body: body as string });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
};

/** Writes the bytes on a new connection and closes it without waiting for a response. */
export const sendAndDisconnect = (origin: string, bytes: string | Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const socket = createConnection(Number(port), hostname, () => {
      socket.write(bytes, () => setTimeout(() => socket.destroy(), 20));
    });
    socket.on('error', reject).on('close', () => resolve());
  });

/** Writes the bytes on a new connection, half-closes it, and resolves to everything that the server sends. */
export const sendBytes = (origin: string, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const chunks: Buffer[] = [];
    const socket = createConnection(Number(port), hostname, () => socket.end(bytes));
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', reject)
      .on('close', () => resolve(Buffer.concat(chunks).toString()));
  });

/** Parses the bytes as one HTTP/1.1 response. */
export const parseResponse = (bytes: string): RawResponse => {
  const [, status, head = '', text = ''] =
    /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(bytes) ?? [];
  const headers = head.split('\r\n').map((line) => line.split(/: (.*)/s));
  return {
    status: Number(status),
    headers: Object.fromEntries(headers.map(([name = '', value]) => [name.toLowerCase(), value])),
    text,
  };
};
