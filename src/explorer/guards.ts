/** Access to the explorer's server: only its own pages may call it, and only at a limited rate. */
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ExplorerError } from './requests';

/** Enough for a person, and for loading a large catalogue on the Map page. */
const CALLS_PER_MINUTE = 600;

/**
 * Rejects calls by pages of other origins (Fetch Metadata, or Origin in browsers without it). A local explorer also
 * rejects requests for other host names, which prevents DNS rebinding.
 */
export const rejectForeignPages =
  (isLocal: boolean): RequestHandler =>
  ({ headers, method, path }, _response, next) => {
    const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (isLocal && name !== 'localhost' && isIP(name) === 0) {
      throw new ExplorerError(
        421,
        `This server does not serve the host ${name || '(none)'}; use localhost or an IP address.`,
      );
    }
    const site = headers['sec-fetch-site'] ?? 'none';
    const isOwn = site === 'same-origin' || site === 'none';
    const { origin } = headers;
    const isOwnOrigin = origin === undefined || origin.replace(/^https?:\/\//, '') === headers.host;
    const isCall = path.startsWith('/api/') || method !== 'GET';
    if (isCall && !(isOwn && isOwnOrigin))
      throw new ExplorerError(403, "Only the explorer's own pages may call this endpoint.");
    next();
  };

export const limitCalls = (): RequestHandler => {
  const limiter = new RateLimiterMemory({ points: CALLS_PER_MINUTE, duration: 60 });
  return async ({ socket }, response, next) => {
    try {
      await limiter.consume(socket.remoteAddress ?? '');
    } catch (exceeded) {
      const { msBeforeNext } = exceeded as { msBeforeNext: number };
      response.set('Retry-After', String(Math.ceil(msBeforeNext / 1000)));
      throw new ExplorerError(429, 'Too many calls; try again after the delay in Retry-After.');
    }
    next();
  };
};
