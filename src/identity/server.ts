/** The embedded identity server: OAuth 2.0 and OpenID Connect by oidc-provider, with accounts and pages of our own. */
import { STATUS_CODES } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { RunningServer } from '../contract/protocol';
import type { OpenBucket } from '../contract/rate-limit';
import { type ListenOptions, listen } from '../runtime/listen';
import type { IdentityStore } from '../store/identity-store';
import type { SigningKey } from '../store/store';
import { createAccounts } from './accounts';
import { countAttempts, TooManyAttemptsError } from './attempts';
import { interactionRoutes, SignInGoneError } from './interactions';
import { errorPage, STYLE_HASH } from './pages';
import { createPasswords } from './passwords';
import { openProvider, secretFor } from './provider';

export interface IdentityServerOptions extends ListenOptions {
  /** The origin under which people and clients reach this server, and the `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` of its tokens. */
  readonly audience: string;
  readonly signingKey: SigningKey;
  readonly store: IdentityStore;
  /** Proxies whose X-Forwarded-For is believed. None when absent. */
  readonly trustedProxies?: readonly string[];
  /** Opens the buckets that count attempts to sign in. */
  readonly openBucket: OpenBucket;
  /** Takes errors that callers must not see. */
  readonly log: (error: unknown) => void;
}

const PURGE_MS = 10 * 60 * 1000;

/** Rejects with an Error of one line for an issuer that cannot be, and with the system's error where the port can't be opened. */
export const startIdentityServer = async (options: IdentityServerOptions): Promise<RunningServer> => {
  const { issuer, tls, store, log } = options;
  const origin = originOf(issuer, tls !== undefined);
  const app = await identityApp(options, origin);
  const server = await listen(app, options);
  const purge = () => store.deleteExpired().catch(log);
  const purging = setInterval(purge, PURGE_MS).unref();
  await purge();
  return {
    address: server.address,
    stop: async (how) => {
      clearInterval(purging);
      await server.stop(how);
    },
  };
};

const originOf = (issuer: string, encrypted: boolean): URL => {
  const url = new URL(issuer);
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error(`The issuer of the embedded identity server must be an origin, not ${issuer}`);
  }
  if (encrypted && url.protocol !== 'https:') {
    throw new Error(`The issuer must begin with https:// where there is TLS, not ${issuer}`);
  }
  return url;
};

const identityApp = async (options: IdentityServerOptions, origin: URL): Promise<Express> => {
  const { store, signingKey, log, trustedProxies, openBucket } = options;
  const secure = origin.protocol === 'https:';
  const provider = await openProvider(options);
  const counts = countAttempts(openBucket);
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', trustedProxies ?? false);
  app.use(security(secure), known(origin), limitBeginnings(counts.countSignIn));
  app.use(
    '/interaction',
    interactionRoutes({
      provider,
      store,
      accounts: createAccounts(store, createPasswords()),
      attempts: counts,
      csrfSecret: secretFor(signingKey, 'csrf'),
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
  app.use(renderFailure(log));
  return app;
};

/** Of oidc-provider. */
const ROUTES = /^\/(auth|auth\/[^/]+|token|jwks|session\/end(\/confirm|\/success)?|\.well-known\/[^/]+)$/;

/**
 * No scripts, no frames, one style. A form's answer may redirect to a client, and browsers hold the whole way against
 * `form-action`: all clients with a redirect are on this machine. `script-src` lets nothing pass; it is there for
 * oidc-provider to add its own script's hash, on the page that submits itself when somebody signs in as somebody else.
 */
const security = (secure: boolean): RequestHandler[] => [
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

/** How the outside calls this server is configuration, and never what a request says. `request.ip` is known by now. */
const known =
  ({ host, protocol }: URL): RequestHandler =>
  (request, _response, next) => {
    const { headers } = request;
    headers.host = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    next();
  };

/** A request that begins a sign-in leaves a row in the database. */
const limitBeginnings =
  (begin: (address: string) => Promise<void>): RequestHandler =>
  async (request, _response, next) => {
    if (request.path === '/auth') await begin(request.ip ?? '');
    next();
  };

/** Errors of ours and of the parsers; what nobody foresaw is logged and says nothing. */
const renderFailure =
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
    return [400, 'This sign-in is over, or was begun in another browser. Begin again where you came from.'];
  }
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (code === 'EBADCSRFTOKEN')
    return [403, 'This form is out of date. Go back, reload the page and try again.'];
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return [status, `The request cannot be read (${STATUS_CODES[status] ?? status}).`];
  }
  return [500, 'The server failed; the fault is ours, not yours.'];
};
