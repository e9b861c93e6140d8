/** The servers on which the tests trigger the guards, and the tokens that trigger them. */
import { createPrivateKey } from 'node:crypto';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { tokenIssuer } from '../../src/identity/tokens';
import { type Served, serveMap } from '../support/served';
import { invalidTokens } from './invalid-tokens';

type IssuedTokens = Record<'reader' | 'service' | 'expired' | 'foreign' | 'elsewhere', string>;

export interface GuardServers {
  readonly served: Served;
  /** Servers with a rate limit of one point per minute. */
  readonly limited: Served;
  readonly invalid: Awaited<ReturnType<typeof invalidTokens>>;
  readonly issued: IssuedTokens;
  stop(): Promise<void>;
}

export const startGuardServers = async (): Promise<GuardServers> => {
  const served = await serveMap();
  const limited = await serveMap(PROTOCOL_NAMES, { rateLimit: { perMinute: 1 } });
  const { identity } = served.service;
  const writer = { subject: 'ada', scopes: ['skills:write'] };
  return {
    served,
    limited,
    invalid: await invalidTokens(served.service),
    issued: {
      reader: await identity.issue({ subject: 'bob' }),
      service: await identity.issue({ ...writer, subject: 'robot', learner: false }),
      expired: await identity.issue({ ...writer, seconds: -60 }),
      foreign: await limited.service.identity.issue(writer),
      elsewhere: await tokenForOtherAudience(served, writer),
    },
    stop: async () => {
      await served.stop();
      await limited.stop();
    },
  };
};

/** A token of the same issuer and key for another audience. */
const tokenForOtherAudience = async (
  { service }: Served,
  claims: { subject: string; scopes: string[] },
): Promise<string> => {
  const { issuer } = service.identity;
  const signingKey = await service.identity.signingKey();
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return tokenIssuer({ issuer, audience: 'another-service' }, key, signingKey.kid)(claims);
};
