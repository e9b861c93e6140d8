/** Authorization on the data folder: issues a token for trying, registers a service, sets the scopes of an account. */
import type { Config } from '../app/config';
import { openService, type SkillsServiceHandle, tokenTrustOf } from '../app/service';

import { registerClient, SCOPES } from '../identity/clients';
import { UsageError } from './input';

export interface TokenCommand {
  readonly scope: readonly string[];
  readonly subject: string;
  /** A service's token has no progress, in contrast to a person's. */
  readonly service: boolean;
  readonly seconds: number;
}

export interface ClientCommand {
  readonly name: string;
  readonly scope: readonly string[];
}

const SECONDS_MAX = 366 * 24 * 60 * 60;
const CLIENT_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Prints the token and nothing else, so that a shell can assign the output to a variable. */
export const printToken = async (command: TokenCommand, config: Config): Promise<void> => {
  const { scope, subject, service, seconds } = command;
  checkScopes(scope);
  if (subject.trim() === '')
    throw new UsageError('the subject is empty', 'name one, for example --subject ada');
  if (!(seconds >= 1 && seconds <= SECONDS_MAX)) {
    throw new UsageError(
      `a token's lifetime is from 1 second to 366 days, got ${seconds} seconds`,
      'choose one, for example --expires 1h',
    );
  }
  const claims = { subject, scopes: scope, learner: !service, seconds: Math.floor(seconds) };
  console.log(await withOwnIdentity(config, ({ identity }) => identity.issue(claims)));
};

/** Prints the id and the secret of a new service, for its client credentials. The store holds only the secret's hash. */
export const printClient = async ({ name, scope }: ClientCommand, config: Config): Promise<void> => {
  checkScopes(scope);
  if (!CLIENT_NAME.test(name)) {
    const rule = 'start with a letter and have at most 40 characters of a-z, 0-9 and -';
    throw new UsageError(`${JSON.stringify(name)} is not a valid client name`, `it must ${rule}`);
  }
  const { id, secret } = await withOwnIdentity(config, ({ identity }) =>
    registerClient(identity.store, { name, scopes: scope }),
  );
  console.log(`client_id=${id}\nclient_secret=${secret}`);
  console.error('Save the secret now: it is not shown again.');
};

/** Replaces the scopes of a person's account. New accounts have none. */
export const setAccountScopes = async ({ name, scope }: ClientCommand, config: Config): Promise<void> => {
  checkScopes(scope);
  const exists = await withOwnIdentity(config, ({ identity }) =>
    identity.store.setScopes(name.toLowerCase(), scope),
  );
  if (!exists) {
    throw new UsageError(
      `there is no account ${JSON.stringify(name)}`,
      'people create accounts on the sign-in page',
    );
  }
  console.log(`${name} has ${scope.length > 0 ? `the scopes ${scope.join(' ')}` : 'no scopes'}`);
};

/** Replaces the key that signs tokens. Running servers trust the new key within a minute. */
export const rotateKey = async ({ keep }: { readonly keep: number }, config: Config): Promise<void> => {
  const trustedUntil = new Date(Date.now() + keep * 1000).toISOString();
  const { kid } = await withOwnIdentity(config, ({ identity }) => identity.rotateSigningKey(trustedUntil));
  console.log(`The new signing key is ${kid}. Tokens of the previous key are valid until ${trustedUntil}.`);
  console.error(
    'Restart the sign-in server, so that it signs with the new key. People have to sign in again.',
  );
};

const withOwnIdentity = async <T>(
  config: Config,
  work: (service: SkillsServiceHandle) => Promise<T>,
): Promise<T> => {
  if (config.jwksUrl !== undefined) {
    throw new UsageError(
      `tokens are issued by ${config.issuer} (AUTH_JWKS_URL is set)`,
      'get a token from that provider, or unset AUTH_JWKS_URL',
    );
  }
  const service = await openService({ dataFolder: config.dataFolder, identity: tokenTrustOf(config) });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
};

const checkScopes = (scopes: readonly string[]): void => {
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined) {
    throw new UsageError(`there is no scope ${JSON.stringify(unknown)}`, `choose from ${SCOPES.join(', ')}`);
  }
};
