/** Who may: a token to try things with, a service that gets its own, a person who may write. All on the data folder. */
import type { Config } from '../app/config';
import { identityOf, openService, type SkillsServiceHandle } from '../app/service';

import { registerClient, SCOPES } from '../identity/clients';
import { UsageError } from './input';

export interface TokenCommand {
  readonly scope: readonly string[];
  readonly subject: string;
  /** The token is of a service and not of a person: it has no progress. */
  readonly service: boolean;
  readonly seconds: number;
}

export interface ClientCommand {
  readonly name: string;
  readonly scope: readonly string[];
}

const SECONDS_MAX = 366 * 24 * 60 * 60;
const CLIENT_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Prints the token and nothing else, so that it can be put where it is wanted. */
export const printToken = async (command: TokenCommand, config: Config): Promise<void> => {
  const { scope, subject, service, seconds } = command;
  checkScopes(scope);
  if (subject.trim() === '') throw new UsageError('the subject is empty', 'give one, as in --subject ada');
  if (!(seconds >= 1 && seconds <= SECONDS_MAX)) {
    throw new UsageError('a token lasts from a second to a year', 'say how long, as in --expires 1h');
  }
  const claims = { subject, scopes: scope, learner: !service, seconds: Math.floor(seconds) };
  console.log(await withOwnIdentity(config, ({ identity }) => identity.issue(claims)));
};

/** Prints the id and the secret of a new service, for its client credentials. Only the secret's hash is kept. */
export const printClient = async ({ name, scope }: ClientCommand, config: Config): Promise<void> => {
  checkScopes(scope);
  if (!CLIENT_NAME.test(name)) {
    const what = 'begin with a letter and have at most 40 of a-z, 0-9 and -';
    throw new UsageError(`${JSON.stringify(name)} is no name for a client`, `it must ${what}`);
  }
  const { id, secret } = await withOwnIdentity(config, ({ identity }) =>
    registerClient(identity.store, { name, scopes: scope }),
  );
  console.log(`client_id=${id}\nclient_secret=${secret}`);
  console.error('This is the only time that the secret is shown.');
};

/** Gives a person's account these scopes, in the place of those it had. New accounts have none. */
export const setAccountScopes = async ({ name, scope }: ClientCommand, config: Config): Promise<void> => {
  checkScopes(scope);
  const found = await withOwnIdentity(config, ({ identity }) =>
    identity.store.setScopes(name.toLowerCase(), scope),
  );
  if (!found) {
    throw new UsageError(`there is no account ${JSON.stringify(name)}`, 'people sign up where they sign in');
  }
  console.log(scope.length > 0 ? `${name} may ask for ${scope.join(' ')}` : `${name} has no scopes`);
};

const withOwnIdentity = async <T>(
  config: Config,
  work: (service: SkillsServiceHandle) => Promise<T>,
): Promise<T> => {
  if (config.jwksUrl !== undefined) {
    throw new UsageError(
      `tokens are made by ${config.issuer} (AUTH_JWKS_URL is set)`,
      'ask that provider for one, or unset AUTH_JWKS_URL',
    );
  }
  const service = await openService({ dataFolder: config.dataFolder, identity: identityOf(config) });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
};

const checkScopes = (scopes: readonly string[]): void => {
  const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined) {
    throw new UsageError(`there is no scope ${JSON.stringify(unknown)}`, `there is ${SCOPES.join(', ')}`);
  }
};
