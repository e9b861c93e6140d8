/** The configuration of oidc-provider: two grants, one resource, this project's keys and storage; all else is disabled. */
import { hkdfSync } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Configuration, KoaContextWithOIDC, Provider, ResourceServer } from 'oidc-provider';
import { SkillsError } from '../contract/errors';
import type { IdentityStore } from '../store/identity-store';
import type { SigningKey } from '../store/store';
import { LOOPBACK_REDIRECT, PUBLIC_CLIENT_ID, SCOPES, secretMatchesHash } from './clients';
import { databaseAdapter } from './oidc-storage';
import { errorPage, signedOutPage, signOutPage } from './pages';
import { ALGORITHM } from './tokens';

export interface ProviderOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly signingKey: SigningKey;
  readonly store: IdentityStore;
  readonly log: (error: unknown) => void;
}

/** The one resource that tokens are for (RFC 8707). A request need not name it. */
export const RESOURCE = 'urn:api-rosetta:skills:v1';

const DAY_SECONDS = 24 * 60 * 60;
const TTL_SECONDS = {
  AccessToken: 3600,
  ClientCredentials: 3600,
  IdToken: 3600,
  AuthorizationCode: 60,
  Interaction: 15 * 60,
  Session: 14 * DAY_SECONDS,
  Grant: 14 * DAY_SECONDS,
} as const;

export const INTERACTION_COOKIE = 'rosetta_interaction';

/** Derives one secret per purpose from the signing key (HKDF, RFC 5869); they last as long as the database. */
export const deriveSecret = (signingKey: SigningKey, purpose: string): string =>
  Buffer.from(hkdfSync('sha256', signingKey.d, '', `api-rosetta ${purpose}`, 32)).toString('base64url');

/** Hides the library's warning about the Node version, on which this project's tests run it (decision 10). */
const withoutRuntimeWarning = async <T>(load: () => Promise<T>): Promise<T> => {
  const { warn } = console;
  console.warn = (...values: unknown[]) => {
    if (!String(values[0]).includes('Unsupported runtime')) warn(...values);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
};

/** The library has only ES modules, so it is loaded by `import()`. */
export const openProvider = async (options: ProviderOptions): Promise<Provider> => {
  const { Provider, errors } = await withoutRuntimeWarning(() => import('oidc-provider'));
  const { issuer, log } = options;
  const store = mapErrors(options.store, (error) => {
    if (!(error instanceof SkillsError && error.code === 'UNAVAILABLE')) return error;
    return Object.assign(new errors.TemporarilyUnavailable('try again later'), { statusCode: 503 });
  });
  const getResourceServerInfo = async (
    ctx: KoaContextWithOIDC,
    resource: string,
  ): Promise<ResourceServer> => {
    if (resource !== RESOURCE) throw new errors.InvalidTarget();
    return resourceServer(options, await grantableScopes(store, ctx.oidc.client?.clientId));
  };
  const alreadyUsedError = () => new errors.InvalidGrant('the code was used before');
  const provider = new Provider(issuer, {
    ...configuration({ ...options, store }),
    adapter: databaseAdapter(store, alreadyUsedError),
    features: {
      ...FEATURES,
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo,
      },
    },
  });
  provider.Client.prototype.compareClientSecret = function compare(
    this: { clientSecret?: string },
    secret: string,
  ) {
    return this.clientSecret !== undefined && secretMatchesHash(secret, this.clientSecret);
  };
  // The library trusts X-Forwarded-*, which server.ts sets itself.
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status === 503) ctx.set('Retry-After', RETRY_SECONDS);
  });
  provider.on('server_error', (_ctx, error) => log(error));
  (provider as EventEmitter).on('error', log);
  return provider;
};

const RETRY_SECONDS = '5';

/** The same store with other errors. */
const mapErrors = (store: IdentityStore, mapError: (error: unknown) => unknown): IdentityStore =>
  Object.fromEntries(
    Object.entries(store).map(([name, method]) => [
      name,
      async (...values: never[]) => {
        try {
          return await (method as (...values: never[]) => Promise<unknown>)(...values);
        } catch (error) {
          throw mapError(error);
        }
      },
    ]),
  ) as unknown as IdentityStore;

/** The scopes that a client may request: a person's account limits them further, a service has those that it was registered with. */
const grantableScopes = async (store: IdentityStore, clientId = ''): Promise<readonly string[]> =>
  clientId === PUBLIC_CLIENT_ID ? SCOPES : ((await store.clientById(clientId))?.scopes ?? []);

/** Access tokens are JWTs (RFC 9068), which the four protocols verify without a request to this server. */
const resourceServer = ({ audience }: ProviderOptions, scopes: readonly string[]): ResourceServer => ({
  scope: scopes.join(' '),
  audience,
  accessTokenFormat: 'jwt',
  accessTokenTTL: TTL_SECONDS.AccessToken,
  jwt: { sign: { alg: ALGORITHM } },
});

const FEATURES: Configuration['features'] = {
  clientCredentials: { enabled: true },
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  userinfo: { enabled: false },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (ctx, form) => sendPage(ctx, signOutPage(form)),
    postLogoutSuccessSource: (ctx) => sendPage(ctx, signedOutPage()),
  },
};

const configuration = ({ signingKey, store }: ProviderOptions): Configuration => ({
  clients: [
    {
      client_id: PUBLIC_CLIENT_ID,
      client_name: 'The rosetta command line',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [LOOPBACK_REDIRECT],
    },
  ],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
  clientDefaults: { id_token_signed_response_alg: ALGORITHM },
  clientBasedCORS: () => false,
  responseTypes: ['code'],
  scopes: ['openid'],
  claims: { openid: ['sub'] },
  pkce: { required: () => true },
  jwks: { keys: [{ ...signingKey, alg: ALGORITHM, use: 'sig' }] },
  cookies: {
    keys: [deriveSecret(signingKey, 'cookies')],
    names: { session: 'rosetta_session', interaction: INTERACTION_COOKIE, resume: 'rosetta_resume' },
    long: { httpOnly: true, sameSite: 'lax' },
    short: { httpOnly: true, sameSite: 'lax' },
  },
  ttl: TTL_SECONDS,
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  findAccount: async (_ctx, id) => {
    const account = await store.accountById(id);
    return account && { accountId: id, claims: async () => ({ sub: id }) };
  },
  renderError: (ctx, { error, error_description }) =>
    sendPage(
      ctx,
      errorPage(
        'This did not work',
        `${error_description ?? 'The request could not be answered.'} (${error})`,
      ),
    ),
});

const sendPage = (ctx: KoaContextWithOIDC, page: string): void => {
  ctx.type = 'html';
  ctx.body = page;
};
