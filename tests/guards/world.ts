/** The servers on which the tests trigger the guards, and the tokens that trigger them. */
import { createPrivateKey } from 'node:crypto';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { tokenIssuer } from '../../src/identity/tokens';
import { type Served, serveMap } from '../support/served';
import { wrongTokens } from './tokens';

type Made = Record<'reader' | 'service' | 'expired' | 'foreign' | 'elsewhere', string>;

export interface World {
  readonly served: Served;
  /** Servers with a rate limit of one point per minute. */
  readonly limited: Served;
  readonly wrong: Awaited<ReturnType<typeof wrongTokens>>;
  readonly made: Made;
  stop(): Promise<void>;
}

export const openWorld = async (): Promise<World> => {
  const served = await serveMap();
  const limited = await serveMap(PROTOCOL_NAMES, { rateLimit: { perMinute: 1 } });
  const { identity } = served.service;
  const writer = { subject: 'ada', scopes: ['skills:write'] };
  return {
    served,
    limited,
    wrong: await wrongTokens(served.service),
    made: {
      reader: await identity.issue({ subject: 'bob' }),
      service: await identity.issue({ ...writer, subject: 'robot', learner: false }),
      expired: await identity.issue({ ...writer, seconds: -60 }),
      foreign: await limited.service.identity.issue(writer),
      elsewhere: await audience(served, writer),
    },
    stop: async () => {
      await served.stop();
      await limited.stop();
    },
  };
};

/** A token of the same issuer and key for another audience. */
const audience = ({ service }: Served, claims: { subject: string; scopes: string[] }): Promise<string> => {
  const { issuer, signingKey } = service.identity;
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return tokenIssuer({ issuer, audience: 'another-service' }, key, signingKey.kid)(claims);
};
