/** HTTP/1.1 as bytes, so that nothing here tidies up what is sent: no client would let most of it out. */
import { createConnection, type Socket } from 'node:net';
import type { RawAnswer } from '../../tests/support/raw/http';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export const bytesOf = ({ method, path, headers, body }: WireRequest): Buffer => {
  const all = { host: 'localhost', ...headers, ...(body && { 'content-length': String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return body ? Buffer.concat([head, body]) : head;
};

interface Read {
  readonly answer: RawAnswer;
  readonly length: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The first answer in these bytes, when it is all there. */
export const readAnswer = (bytes: Buffer, hasEnded: boolean): Read | undefined => {
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
  // What comes before an answer is none (100 Continue).
  if (status < 200) return readAnswer(bytes.subarray(from), hasEnded);
  const end = endOfBody(bytes, from, status, headers, hasEnded);
  if (end === undefined) return undefined;
  return { answer: { status, headers, text: bytes.toString('utf8', from, end) }, length: end };
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
  // Nothing here answers in chunks; whatever has no length goes on to the end of all.
  return hasEnded ? bytes.length : undefined;
};

/** The server ended the connection, or said nothing for so long that we did. */
export class NoAnswer extends Error {
  constructor(
    readonly afterMs: number,
    readonly isLate = false,
  ) {
    super(isLate ? `no answer for ${afterMs} ms` : 'connection closed');
  }
}

const ANSWER_MS_MAX = 20_000;
const LINGER_MS = 50;

interface Waiting {
  resolve(answer: RawAnswer): void;
  reject(error: NoAnswer): void;
}

/** One question at a time; a connection that the server ended is opened anew for the next. */
export class HttpConnection {
  readonly #origin: URL;
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);
  #waiting: Waiting | undefined;

  constructor(origin: string) {
    this.#origin = new URL(origin);
  }

  /** `isLast` ends our side of the connection behind these bytes. Rejects with NoAnswer. */
  ask(bytes: Buffer, isLast = false): Promise<RawAnswer> {
    const socket = this.#socket ?? this.#open();
    const from = performance.now();
    return new Promise<RawAnswer>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = undefined;
        this.close();
        reject(new NoAnswer(performance.now() - from, true));
      }, ANSWER_MS_MAX);
      this.#waiting = {
        resolve: (answer) => {
          clearTimeout(late);
          if (isLast || answer.headers.connection === 'close') this.close();
          resolve(answer);
        },
        reject: () => {
          clearTimeout(late);
          reject(new NoAnswer(performance.now() - from));
        },
      };
      socket.write(bytes);
      // A server that hears at once that we are through need not answer.
      if (isLast) setTimeout(() => socket.end(), LINGER_MS);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = createConnection({ port: Number(this.#origin.port), host: this.#origin.hostname });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    const look = (hasEnded: boolean): void => {
      if (socket !== this.#socket || !this.#waiting) return;
      const read = readAnswer(this.#received, hasEnded);
      if (!read) return;
      this.#received = this.#received.subarray(read.length);
      this.#answered()?.resolve(read.answer);
    };
    socket
      .setNoDelay()
      .on('data', (chunk) => {
        this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
        look(false);
      })
      // A server that has said all it had to may end the connection while we still write.
      .on('error', () => undefined)
      .on('close', () => {
        look(true);
        if (socket !== this.#socket) return;
        this.#socket = undefined;
        this.#answered()?.reject(new NoAnswer(0));
      });
    return socket;
  }

  #answered(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

/** On a connection of its own. */
export const exchange = async (origin: string, bytes: Buffer, isLast = false): Promise<RawAnswer> => {
  const connection = new HttpConnection(origin);
  try {
    return await connection.ask(bytes, isLast);
  } finally {
    connection.close();
  }
};
