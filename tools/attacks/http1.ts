/** HTTP/1.1 as bytes, because HTTP clients do not send invalid requests. */
import type { Socket } from 'node:net';
import type { RawResponse } from '../../tests/support/raw/http';
import { openSocket } from './open-socket';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export const encodeRequest = ({ method, path, headers, body }: WireRequest): Buffer => {
  const all = { host: 'localhost', ...headers, ...(body && { 'content-length': String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return body ? Buffer.concat([head, body]) : head;
};

interface ParsedResponse {
  readonly response: RawResponse;
  readonly length: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The first response in the bytes, or undefined if it is incomplete. */
export const parseResponse = (bytes: Buffer, hasEnded: boolean): ParsedResponse | undefined => {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const from = headEnd + HEAD_END.length;
  // An interim response such as 100 Continue precedes the response.
  if (status < 200) return parseResponse(bytes.subarray(from), hasEnded);
  const end = endOfBody(bytes, from, status, headers, hasEnded);
  if (end === undefined) return undefined;
  return { response: { status, headers, text: bytes.toString('utf8', from, end) }, length: end };
};

const endOfBody = (
  bytes: Buffer,
  from: number,
  status: number,
  headers: Readonly<Record<string, string>>,
  hasEnded: boolean,
): number | undefined => {
  if (status === 204 || status === 304) return from;
  const declared = headers['content-length'];
  if (declared !== undefined) {
    const end = from + Number(declared);
    return end <= bytes.length ? end : undefined;
  }
  // The servers do not use chunked responses; a body without a length extends to the end of the connection.
  return hasEnded ? bytes.length : undefined;
};

/** The server closed the connection, or did not respond in time. */
export class NoResponse extends Error {
  constructor(
    readonly afterMs: number,
    readonly isLate = false,
  ) {
    super(isLate ? `no response for ${afterMs} ms` : 'connection closed');
  }
}

const RESPONSE_MS_MAX = 20_000;
const LINGER_MS = 50;

interface Waiting {
  resolve(response: RawResponse): void;
  reject(error: NoResponse): void;
}

/** Sends one request at a time and reconnects after the server has closed the connection. */
export class HttpConnection {
  readonly #origin: string;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);
  #waiting: Waiting | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** `isLast` half-closes the connection after these bytes. Rejects with NoResponse. */
  send(bytes: Buffer, isLast = false): Promise<RawResponse> {
    const socket = this.#socket ?? this.#open();
    const from = performance.now();
    return new Promise<RawResponse>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = undefined;
        this.close();
        reject(new NoResponse(performance.now() - from, true));
      }, RESPONSE_MS_MAX);
      this.#waiting = {
        resolve: (response) => {
          clearTimeout(late);
          if (isLast || response.headers.connection === 'close') this.close();
          resolve(response);
        },
        reject: () => {
          clearTimeout(late);
          reject(new NoResponse(performance.now() - from));
        },
      };
      socket.write(bytes);
      // The pause lets the server respond before it sees the end of the connection.
      if (isLast) setTimeout(() => socket.end(), LINGER_MS);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = openSocket(this.#origin, 'http/1.1');
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    const parseReceived = (hasEnded: boolean): void => {
      if (socket !== this.#socket || !this.#waiting) return;
      const read = parseResponse(this.#received, hasEnded);
      if (!read) return;
      this.#received = this.#received.subarray(read.length);
      this.#takeWaiting()?.resolve(read.response);
    };
    socket
      .setNoDelay()
      .on('data', (chunk) => {
        this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
        parseReceived(false);
      })
      // The server may close the connection while this client still writes.
      .on('error', () => undefined)
      .on('close', () => {
        parseReceived(true);
        if (socket !== this.#socket) return;
        this.#socket = undefined;
        this.#takeWaiting()?.reject(new NoResponse(0));
      });
    return socket;
  }

  #takeWaiting(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

/** Sends the bytes on a new connection. */
export const sendBytes = async (origin: string, bytes: Buffer, isLast = false): Promise<RawResponse> => {
  const connection = new HttpConnection(origin);
  try {
    return await connection.send(bytes, isLast);
  } finally {
    connection.close();
  }
};
