/** Proxy for Swagger UI and GraphiQL, since the REST and GraphQL servers do not accept calls of another origin. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import express, { type RequestHandler, type Router } from 'express';
import { Agent, fetch } from 'undici';
import { ExplorerError } from './requests';
import type { ExplorerTarget } from './target';

/** The only paths that the proxy forwards; the host is fixed. */
const PATHS = {
  rest: /^\/api\//,
  graphql: /^\/graphql$/,
} as const;

const REQUEST_HEADERS = [
  'accept',
  'content-type',
  'authorization',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-request-id',
];
const RESPONSE_HEADERS = [
  'content-type',
  'etag',
  'location',
  'link',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];
const TIMEOUT_MS = 30_000;

/** Must be mounted behind `rejectForeignPages`. */
export const consoleProxy = ({ addresses, trust }: ExplorerTarget): Router => {
  const router = express.Router();
  const dispatcher = new Agent({ ...(trust?.ca !== undefined && { connect: { ca: trust.ca } }) });
  const forward =
    (protocol: keyof typeof PATHS): RequestHandler =>
    async ({ method, url, headers, body }, response) => {
      const target = new URL(addresses[protocol] + url);
      if (!PATHS[protocol].test(target.pathname))
        throw new ExplorerError(404, 'The proxy does not forward this path.');
      const sent = Object.fromEntries(
        REQUEST_HEADERS.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])),
      );
      const answer = await fetch(target, {
        method,
        headers: sent,
        ...(Buffer.isBuffer(body) && body.length > 0 && { body }),
        dispatcher,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((cause) => {
        throw new ExplorerError(502, 'The server behind the proxy does not respond.', { cause });
      });
      response.status(answer.status);
      for (const name of RESPONSE_HEADERS) {
        const value = answer.headers.get(name);
        if (value !== null) response.set(name, value);
      }
      if (answer.body) await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
      else response.end();
    };
  for (const protocol of ['rest', 'graphql'] as const) {
    router.use(`/${protocol}`, express.raw({ type: () => true, limit: '64kb' }), forward(protocol));
  }
  return router;
};
