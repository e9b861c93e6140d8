/** What the rest sees of the embedded identity server. It brings Express and oidc-provider: load it where it is served. */
export { type IdentityServerOptions, startIdentityServer } from './server';
