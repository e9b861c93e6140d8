/** The embedded identity server: OAuth 2.0 and OpenID Connect by oidc-provider, with this project's accounts and pages. */
import { STATUS_CODES } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { SkillsError } from '../contract/errors';
import type { RunningServer } from '../contract/protocol';
import type { OpenBucket } from '../contract/rate-limit';
import { type ListenOptions, listen } from '../runtime/listen';
import type { IdentityStore } from '../store/identity-store';
import type { SigningKey } from '../store/store';
import { createAccounts } from './accounts';
import { countAttempts, TooManyAttemptsError } from './attempts';
import { deviceCookies } from './device';
import { interactionRoutes, SignInGoneError } from './interactions';
import { errorPage } from './pages';
import { createPasswords } from './passwords';
import { deriveSecret, openProvider } from './provider';
import { STYLE_HASH } from './style';

export interface IdentityServerOptions extends ListenOptions {
  /** The public origin of this server, and the `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` of its tokens. */
  readonly audience: string;
  readonly signingKey: SigningKey;
  readonly store: IdentityStore;
  /** Proxies whose X-Forwarded-For is trusted. None when absent. */
  readonly trustedProxies?: readonly string[];
  /** Opens the buckets that count attempts to sign in. */
  readonly openBucket: OpenBucket;
  /** Receives internal errors, whose text no client may see. */
  readonly log: (error: unknown) => void;
}

const CLEAN_UP_MS = 10 * 60 * 1000;

/** Rejects with an Error whose message is one line for an invalid issuer, and with the system's error if the port cannot be opened. */
export const startIdentityServer = async (options: IdentityServerOptions): Promise<RunningServer> => {
  const { issuer, tls, store, log } = options;
  const origin = originOf(issuer, tls !== undefined);
  const app = await identityApp(options, origin);
  const server = await listen(app, options);
  const deleteExpired = () => store.deleteExpired().catch(log);
  const timer = setInterval(deleteExpired, CLEAN_UP_MS).unref();
  await deleteExpired();
  return {
    address: server.address,
    stop: async (options) => {
      clearInterval(timer);
      await server.stop(options);
    },
  };
};

const originOf = (issuer: string, hasTls: boolean): URL => {
  const url = new URL(issuer);
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error(
      `The issuer of the embedded identity server must be an origin, for example http://localhost:4005, got ${issuer}`,
    );
  }
  if (hasTls && url.protocol !== 'https:') {
    throw new Error(`The issuer must begin with https:// if TLS is on, got ${issuer}`);
  }
  return url;
};

const identityApp = async (options: IdentityServerOptions, origin: URL): Promise<Express> => {
  const { store, signingKey, log, trustedProxies, openBucket } = options;
  const secure = origin.protocol === 'https:';
  const provider = await openProvider(options);
  const attempts = countAttempts(openBucket);
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', trustedProxies ?? false);
  app.use(securityHeaders(secure), setPublicOrigin(origin), limitSignIns(attempts.countSignIn));
  app.use(
    '/interaction',
    interactionRoutes({
      provider,
      store,
      accounts: createAccounts(store, createPasswords()),
      attempts,
      devices: deviceCookies(deriveSecret(signingKey, 'devices'), secure),
      csrfSecret: deriveSecret(signingKey, 'csrf'),
      secure,
    }),
  );
  app.get('/', (_request, response) => response.redirect('/.well-known/openid-configuration'));
  const oidc = provider.callback();
  app.use((request, response, next) => {
    if (ROUTES.test(request.path)) void oidc(request, response);
    else next();
  });
  app.use((_request, response) => {
    response.status(404).send(errorPage('Not found', 'There is no such page here.'));
  });
  app.use(renderError(log));
  return app;
};

/** The paths that oidc-provider serves. */
const ROUTES = /^\/(auth|auth\/[^/]+|token|jwks|session\/end(\/confirm|\/success)?|\.well-known\/[^/]+)$/;

/**
 * Security headers: no scripts, no frames, one style. The response to a form may redirect to a client, and browsers check
 * each redirect against `form-action`; all clients with a redirect are on this machine. `script-src` allows nothing; it is
 * set so that oidc-provider can add the hash of its script on the page that submits itself when the account changes.
 */
const securityHeaders = (secure: boolean): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'report-sample'"],
        styleSrc: [STYLE_HASH],
        formAction: ["'self'", 'http://127.0.0.1:*'],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  }),
  (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  },
];

/** Sets the public origin from the configuration, not from the request. Express has read `request.ip` before. */
const setPublicOrigin =
  ({ host, protocol }: URL): RequestHandler =>
  (request, _response, next) => {
    const { headers } = request;
    headers.host = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    next();
  };

/** Limits requests that start a sign-in, because each adds a row to the database. */
const limitSignIns =
  (countSignIn: (address: string) => Promise<void>): RequestHandler =>
  async (request, _response, next) => {
    if (request.path === '/auth') await countSignIn(request.ip ?? '');
    next();
  };

/** Answers with an error page. An unexpected error is logged, and its text stays out of the page. */
const renderError =
  (log: (error: unknown) => void): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    const [status, sentence] = sentenceFor(error);
    if (status === 500) log(error);
    if (error instanceof TooManyAttemptsError) response.set('Retry-After', String(error.retrySeconds));
    response.status(status).send(errorPage('This did not work', sentence));
  };

const sentenceFor = (error: unknown): [status: number, sentence: string] => {
  if (error instanceof TooManyAttemptsError) return [429, 'Too many attempts. Try again later.'];
  if (error instanceof SignInGoneError) {
    return [
      400,
      'This sign-in has ended, or was started in another browser. Start again in the application that sent you here.',
    ];
  }
  if (error instanceof SkillsError && error.code === 'UNAVAILABLE') {
    return [503, 'The server cannot store anything at the moment. Try again later.'];
  }
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (code === 'EBADCSRFTOKEN')
    return [403, 'This form is out of date. Go back, reload the page and try again.'];
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return [status, `The request cannot be read (${STATUS_CODES[status] ?? status}).`];
  }
  return [500, 'The server failed with an internal error.'];
};
