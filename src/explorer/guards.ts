/** Who may call the explorer's server: its own pages, from this machine or from where it was told, and not too often. */
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ExplorerError } from './requests';

/** More than a person asks, or a map of a large catalogue needs. */
const CALLS_PER_MINUTE = 600;

/**
 * On this machine alone a name that somebody else made to point here is not answered (DNS rebinding); and neither, anywhere, is a call that another
 * origin's page makes (Fetch Metadata; Origin, where a browser has none of it).
 */
export const rejectForeignPages =
  (isLocal: boolean): RequestHandler =>
  ({ headers, method, path }, _response, next) => {
    const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (isLocal && name !== 'localhost' && isIP(name) === 0) {
      throw new ExplorerError(421, `This server is not ${name || 'without a name'}.`);
    }
    const site = headers['sec-fetch-site'] ?? 'none';
    const isOwn = site === 'same-origin' || site === 'none';
    const { origin } = headers;
    const isOwnOrigin = origin === undefined || origin.replace(/^https?:\/\//, '') === headers.host;
    const isCall = path.startsWith('/api/') || method !== 'GET';
    if (isCall && !(isOwn && isOwnOrigin)) throw new ExplorerError(403, 'Only its own pages may call this.');
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
      throw new ExplorerError(429, 'Too many calls; there is room for more in a minute.');
    }
    next();
  };
};
