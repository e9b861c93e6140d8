/** gRPC calls on one HTTP/2 connection without a gRPC library; reconnects after the server has ended it. */
import type { ClientHttp2Session } from 'node:http2';
import { type GrpcResponse, sendOnSession } from '../../tests/support/raw/grpc';
import { NoResponse, type WireRequest } from './http1';
import { openHttp2Session } from './open-socket';

const ANSWER_MS_MAX = 20_000;

export class GrpcSession {
  readonly #origin: string;
  #session: ClientHttp2Session | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Sends a call. Rejects with NoResponse after ANSWER_MS_MAX. */
  async send({ path, headers, body = Buffer.alloc(0) }: WireRequest): Promise<GrpcResponse> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoResponse(ANSWER_MS_MAX, true)), ANSWER_MS_MAX);
    });
    try {
      return await Promise.race([sendOnSession(this.#open(), path, body, headers), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #open(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    this.#session = openHttp2Session(this.#origin).on('error', () => undefined);
    return this.#session;
  }
}
