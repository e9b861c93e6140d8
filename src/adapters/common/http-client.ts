/** One pool of kept-alive HTTP/1.1 connections, for the clients of REST, GraphQL and SOAP. */
import type { IncomingHttpHeaders } from 'node:http';
import { createSecureContext, rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Pool } from 'undici';
import type { CallContext } from '../../contract/context';
import { deadlineExceeded } from '../../contract/errors';
import type { ConnectOptions } from '../../contract/protocol';
import { connectionFailed } from './foreign-response';
import { clampTimeoutMs, encodeHttpContext } from './http-context';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** With its query string, if any. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface HttpResponse {
  /** The server's address, for errors. */
  readonly origin: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpClient {
  /** Rejects with DEADLINE_EXCEEDED, UNAVAILABLE, or the reason of the caller's signal. */
  send(request: HttpRequest, context?: CallContext): Promise<HttpResponse>;
  close(): Promise<void>;
}

export const connectHttp = (
  origin: string,
  { timeoutMs = 30_000, gzip = false, token, tls }: ConnectOptions = {},
): HttpClient => {
  const acceptEncoding = gzip ? { 'accept-encoding': 'gzip' } : undefined;
  const pool = new Pool(origin, {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    ...(tls?.ca !== undefined && { connect: { secureContext: trustedContext(tls.ca) } }),
  });
  return {
    async send(request, context = {}) {
      const timer =
        context.timeoutMs === undefined ? undefined : AbortSignal.timeout(clampTimeoutMs(context.timeoutMs));
      const signals = [context.signal, timer].filter((signal) => signal !== undefined);
      const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
      const headers = { ...request.headers, ...acceptEncoding, ...encodeHttpContext({ token, ...context }) };
      try {
        const response = await pool.request({ ...request, headers, signal });
        const { statusCode: status, headers: received, body } = response;
        const isGzip = received['content-encoding'] === 'gzip';
        const bytes = Buffer.from(await body.arrayBuffer());
        return { origin, status, headers: received, body: isGzip ? await decompress(bytes) : bytes };
      } catch (cause) {
        if (context.signal?.aborted) throw context.signal.reason;
        throw timer?.aborted || isTimeout(cause) ? deadlineExceeded() : connectionFailed(origin);
      }
    },
    close: () => pool.destroy(),
  };
};

/** Made once: undici would make one per connection, and it would trust the given certificates only. */
const trustedContext = (ca: string) => createSecureContext({ ca: [...rootCertificates, ca] });

/** undici's own decompression prints a warning that it is experimental. */
const decompress = promisify(gunzip);

const isTimeout = (cause: unknown): boolean =>
  /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(String((cause as { code?: unknown }).code));
