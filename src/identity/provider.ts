/** oidc-provider, told what there is here: two grants, one resource, keys and storage of our own, and nothing else. */
import { hkdfSync } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Configuration, KoaContextWithOIDC, Provider, ResourceServer } from 'oidc-provider';
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

/** The one resource that tokens are for (RFC 8707). Clients need not name it. */
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

/** Secrets that last as long as the database, and of which none tells anything of another. */
export const secretFor = (signingKey: SigningKey, purpose: string): string =>
  Buffer.from(hkdfSync('sha256', signingKey.d, '', `api-rosetta ${purpose}`, 32)).toString('base64url');

/** The library says that it would rather have a newer Node; it works on this one, where our tests run it (decision 10). */
const quietly = async <T>(load: () => Promise<T>): Promise<T> => {
  const { warn } = console;
  console.warn = (...said: unknown[]) => {
    if (!String(said[0]).includes('Unsupported runtime')) warn(...said);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
};

/** The library has ES modules only, so it is loaded when it is needed. */
export const openProvider = async (options: ProviderOptions): Promise<Provider> => {
  const { Provider, errors } = await quietly(() => import('oidc-provider'));
  const { issuer, store, log } = options;
  const info = async (ctx: KoaContextWithOIDC, resource: string): Promise<ResourceServer> => {
    if (resource !== RESOURCE) throw new errors.InvalidTarget();
    return resourceServer(options, await grantableTo(store, ctx.oidc.client?.clientId));
  };
  const usedUp = () => new errors.InvalidGrant('the code was used before');
  const provider = new Provider(issuer, {
    ...configuration(options),
    adapter: databaseAdapter(store, usedUp),
    features: {
      ...FEATURES,
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: info,
      },
    },
  });
  provider.Client.prototype.compareClientSecret = function compare(
    this: { clientSecret?: string },
    secret: string,
  ) {
    return this.clientSecret !== undefined && secretMatchesHash(secret, this.clientSecret);
  };
  // What the library believes of X-Forwarded-*, server.ts has written there.
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => log(error));
  (provider as EventEmitter).on('error', log);
  return provider;
};

/** A person's account decides what comes of it; a service has what it was registered with. */
const grantableTo = async (store: IdentityStore, clientId = ''): Promise<readonly string[]> =>
  clientId === PUBLIC_CLIENT_ID ? SCOPES : ((await store.clientById(clientId))?.scopes ?? []);

/** RFC 9068 tokens, which the four protocols verify without asking anybody. */
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
    logoutSource: (ctx, form) => show(ctx, signOutPage(form)),
    postLogoutSuccessSource: (ctx) => show(ctx, signedOutPage()),
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
    keys: [secretFor(signingKey, 'cookies')],
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
    show(
      ctx,
      errorPage(
        'This did not work',
        `${error_description ?? 'The request could not be answered.'} (${error})`,
      ),
    ),
});

const show = (ctx: KoaContextWithOIDC, page: string): void => {
  ctx.type = 'html';
  ctx.body = page;
};
