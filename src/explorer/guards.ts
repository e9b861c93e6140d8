/** Access to the explorer's server and its tokens: only its own pages may call it, and only at a limited rate. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { IssueToken } from '../contract/context';
import { PAGE_SECRET_HEADER } from './api';
import { ExplorerError } from './requests';

/** Enough for a person, and for loading a large catalogue on the Map page. */
const CALLS_PER_MINUTE = 600;

/** A local explorer rejects requests for other host names, which prevents DNS rebinding. */
export const rejectForeignHosts =
  (isLocal: boolean): RequestHandler =>
  ({ headers }, _response, next) => {
    const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (isLocal && name !== 'localhost' && isIP(name) === 0) {
      throw new ExplorerError(
        421,
        `This server does not serve the host ${name || '(none)'}; use localhost or an IP address.`,
      );
    }
    next();
  };

/** Rejects calls by pages of other origins (Fetch Metadata, or Origin in browsers without it). */
export const rejectForeignPages: RequestHandler = ({ headers }, _response, next) => {
  const site = headers['sec-fetch-site'] ?? 'none';
  const isOwn = site === 'same-origin' || site === 'none';
  const { origin } = headers;
  const isOwnOrigin = origin === undefined || origin.replace(/^https?:\/\//, '') === headers.host;
  if (!(isOwn && isOwnOrigin))
    throw new ExplorerError(403, "Only the explorer's own pages may call this endpoint.");
  next();
};

/** Headers by which a proxy tells that it has passed a request on (RFC 7239; RFC 9110, section 7.6.3). */
const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded(-.*)?)$/;

/** The header by which a request tells that it came through a proxy, and so perhaps from another machine. */
export const proxyHeaderOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  Object.keys(headers).find((name) => PROXY_HEADER.test(name));

/** Issues tokens only to the explorer's own page, and only to a visitor on this machine. Any other call gets an error. */
export const issueFor =
  (issue: IssueToken, pageSecret: string, request: Pick<IncomingMessage, 'headers'>): IssueToken =>
  (claims) => {
    const proxyHeader = proxyHeaderOf(request);
    if (proxyHeader !== undefined) {
      const text = `This explorer issues no tokens to requests through a proxy (header ${proxyHeader}); paste a token.`;
      throw new ExplorerError(403, text);
    }
    if (request.headers[PAGE_SECRET_HEADER] !== pageSecret) {
      const text =
        "A token is issued only to the explorer's page, with the secret of this start; reload the page.";
      throw new ExplorerError(403, text);
    }
    return issue(claims);
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
