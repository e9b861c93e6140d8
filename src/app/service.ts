/** The composition root: store -> catalogue in memory -> service -> policies. servers.ts puts it on the wire. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IssueToken, VerifyToken } from '../contract/context';
import type { OpenBucket } from '../contract/rate-limit';
import type { SkillGraph } from '../contract/skill-graph';
import type { SkillsApi } from '../contract/skills-api';
import { pageTokenCodec } from '../domain/page-token';
import { parseSeed, type SkillMap } from '../domain/seed';
import { createSkillGraph, createSkillsService } from '../domain/service';
import { guardService } from '../policy/guard';
import type { LimiterOptions } from '../rate-limit/limiter';
import type { IdentityStore } from '../store/identity-store';
import { openSqliteStore } from '../store/sqlite';
import type { SigningKey } from '../store/store';
import { openLiveCatalogue } from './live-catalogue';

export type { SkillMap } from '../domain/seed';

export interface ServiceOptions {
  /** Where the database lives; created where there is none. */
  readonly dataFolder: string;
  readonly clock?: () => Date;
  /** What a new database begins with: data/skill-map.json by default. */
  readonly seed?: SkillMap;
  /** Takes errors that callers must not see. Standard error by default. */
  readonly log?: (error: unknown) => void;
  /** Whose tokens are believed: our own, unless another provider's keys are named. */
  readonly identity?: TokenTrust;
  /** Nothing is limited when absent. */
  readonly rateLimit?: LimiterOptions;
}

export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  /** Where another OpenID provider lists its keys (RFC 7517). */
  readonly jwksUrl?: string;
}

export const OWN_TOKEN_TRUST: TokenTrust = { issuer: 'http://localhost:4005', audience: 'api-rosetta' };

/** The issuer whose tokens a service of this configuration trusts. */
export const tokenTrustOf = ({ issuer, audience, jwksUrl }: TokenTrust): TokenTrust => ({
  issuer,
  audience,
  ...(jwksUrl !== undefined && { jwksUrl }),
});

export interface SkillsServiceHandle {
  readonly api: SkillsApi;
  /** The catalogue as it stands at this moment. */
  readonly graph: () => SkillGraph;
  readonly identity: TokenTrust & {
    /** Makes a token of our own. It is believed only where no other provider is. */
    readonly issue: IssueToken;
    readonly signingKey: SigningKey;
    readonly store: IdentityStore;
    /** Where attempts to sign in are counted, if it is to be somewhere of its own. */
    readonly openBucket: OpenBucket;
  };
  /** Waits for writes under way. Reads go on answering. */
  close(): Promise<void>;
}

const SHIPPED_MAP = path.join(__dirname, '../..', 'data', 'skill-map.json');

/** Rejects with an Error of one line where the data folder can not be used. */
export const openService = async (options: ServiceOptions): Promise<SkillsServiceHandle> => {
  const { dataFolder, clock = () => new Date(), seed, log, identity = OWN_TOKEN_TRUST, rateLimit } = options;
  const beginning = () => parseSeed(seed ?? JSON.parse(readFileSync(SHIPPED_MAP, 'utf8')));
  const store = await openSqliteStore({ folder: dataFolder, initialData: beginning });
  const contents = await store.load();
  const live = openLiveCatalogue(store, contents);
  const tokens = pageTokenCodec(contents.pageTokenSecret);
  const service = createSkillsService({
    catalogue: live.current,
    transact: live.transact,
    progressOf: live.progressOf,
    pageTokens: tokens,
    clock,
  });
  const { signingKey } = contents;
  const limiter = rateLimit && limiterModule().openLimiter(rateLimit);
  return {
    api: guardService(service, {
      log,
      verify: verifierOf(identity, signingKey),
      consumePoints: rateLimit?.perMinute ? limiter?.consumePoints : undefined,
    }),
    graph: () => createSkillGraph(live.current(), tokens),
    identity: {
      ...identity,
      issue: issuerOf(identity, signingKey),
      signingKey,
      store: store.identity,
      openBucket: limiter?.openBucket ?? ((settings) => limiterModule().openBucketInMemory(settings)),
    },
    close: async () => {
      await live.close();
      await limiter?.close();
    },
  };
};

// Loaded when first used: a process in which nobody shows a token, or counts, does not wait for it.
const limiterModule = () => require('../rate-limit/limiter') as typeof import('../rate-limit/limiter');
const tokensModule = () => require('../identity/tokens') as typeof import('../identity/tokens');

const verifierOf = (identity: TokenTrust, { d: _private, ...publicKey }: SigningKey): VerifyToken => {
  const make = (): VerifyToken => {
    const { localKeyVerifier, remoteKeysVerifier } = tokensModule();
    return identity.jwksUrl ? remoteKeysVerifier(identity, identity.jwksUrl) : localKeyVerifier(identity, publicKey);
  };
  let verify: VerifyToken | undefined;
  return (token) => {
    verify ??= make();
    return verify(token);
  };
};

const issuerOf =
  (identity: TokenTrust, signingKey: SigningKey): IssueToken =>
  (claims) => {
    const key = createPrivateKey({ key: signingKey, format: 'jwk' });
    return tokensModule().tokenIssuer(identity, key, signingKey.kid)(claims);
  };
