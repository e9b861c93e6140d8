/** The embedded identity server. It loads Express and oidc-provider, so import it only where it is served. */
export { startIdentityServer } from './server';
