/** The composition root: store -> catalogue in memory -> service -> policies. servers.ts serves the result. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Admit } from '../contract/admission';
import type { IssueToken, VerifyToken } from '../contract/context';
import type { OpenBucket } from '../contract/rate-limit';
import type { Readiness } from '../contract/readiness';
import type { SkillGraph } from '../contract/skill-graph';
import type { SkillsApi } from '../contract/skills-api';
import { pageTokenCodec } from '../domain/page-token';
import { parseSeed, type SkillMap } from '../domain/seed';
import { createSkillsService } from '../domain/service';
import { createSkillGraph } from '../domain/skill-graph';
import { createAdmission } from '../policy/admission';
import { guardService } from '../policy/guard';
import type { LimiterOptions } from '../rate-limit/limiter';
import type { IdentityStore } from '../store/identity-store';
import { dataFolderError, openSqliteStore } from '../store/sqlite';
import type { PublicKey, Retention, SigningKey, Store } from '../store/store';
import { type LiveCatalogueOptions, openLiveCatalogue } from './live-catalogue';

export type { SkillMap } from '../domain/seed';

export interface ServiceOptions {
  /** The folder of the database; created if it does not exist. */
  readonly dataFolder: string;
  readonly clock?: () => Date;
  /** The first catalogue of a new database: data/skill-map.json by default. */
  readonly seed?: SkillMap;
  /** Receives internal errors, whose text no caller may see. Standard error by default. */
  readonly log?: (error: unknown) => void;
  /** The trusted token issuer. By default the sign-in server of this project. */
  readonly identity?: TokenTrust;
  /** Calls are not limited when absent. */
  readonly rateLimit?: LimiterOptions;
  /** How far the change log reaches back. */
  readonly retention?: Retention;
}

/** The trusted token issuer, and the audience that its tokens must name. */
export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  /** The URL of another OpenID provider's keys (RFC 7517). When absent, this service's own key is trusted. */
  readonly jwksUrl?: string;
}

export const OWN_TOKEN_TRUST: TokenTrust = { issuer: 'http://localhost:4005', audience: 'api-rosetta' };

/** The trusted token issuer of a configuration. */
export const tokenTrustOf = ({ issuer, audience, jwksUrl }: TokenTrust): TokenTrust => ({
  issuer,
  audience,
  ...(jwksUrl !== undefined && { jwksUrl }),
});

export interface SkillsServiceHandle {
  readonly api: SkillsApi;
  /** The current catalogue. */
  readonly graph: () => SkillGraph;
  /** Charges requests at their arrival; absent if calls are not limited. */
  readonly admit?: Admit;
  readonly identity: TokenTrust & {
    /** Issues a token with the service's own key, which the service trusts unless `jwksUrl` is set. */
    readonly issue: IssueToken;
    /** Created at the first use. */
    readonly signingKey: () => Promise<SigningKey>;
    /** Replaces the signing key, whose tokens are valid until the given time in RFC 3339. */
    readonly rotateSigningKey: Store['rotateSigningKey'];
    readonly store: IdentityStore;
    /** Opens buckets for attempts to sign in, in Redis if the service uses it. */
    readonly openBucket: OpenBucket;
  };
  readonly readiness: Readiness;
  /** Waits for writes in progress and closes the store. Reads of the catalogue still succeed. */
  close(): Promise<void>;
}

const SHIPPED_MAP = path.join(__dirname, '../..', 'data', 'skill-map.json');

/** Rejects with an Error whose message is one line if the data folder cannot be used. */
export const openService = async (options: ServiceOptions): Promise<SkillsServiceHandle> => {
  const { dataFolder, clock = () => new Date(), seed, log = console.error, retention } = options;
  const { identity = OWN_TOKEN_TRUST, rateLimit } = options;
  const initialData = () => parseSeed(seed ?? JSON.parse(readFileSync(SHIPPED_MAP, 'utf8')));
  const store = await openSqliteStore({ folder: dataFolder, initialData, retention, report: log });
  const { liveCatalogue, pageTokenSecret } = await loadCatalogue(store, dataFolder, { clock, log });
  const pageTokens = pageTokenCodec(pageTokenSecret);
  const service = createSkillsService({
    catalogue: liveCatalogue.current,
    transact: liveCatalogue.transact,
    progressOf: liveCatalogue.progressOf,
    progressAfter: liveCatalogue.progressAfter,
    pageTokens,
    clock,
  });
  const limiter = rateLimit && limiterModule().openLimiter(rateLimit);
  const keys = trustedKeysOf(store);
  const verify = verifierOf(identity, keys);
  const consumePoints = rateLimit?.perMinute ? limiter?.consumePoints : undefined;
  return {
    api: guardService(service, { log, verify, consumePoints }),
    ...(consumePoints && { admit: createAdmission(consumePoints, verify) }),
    graph: () => createSkillGraph(liveCatalogue.current(), pageTokens),
    identity: {
      ...identity,
      issue: issuerOf(identity, store, keys),
      signingKey: store.signingKey,
      rotateSigningKey: store.rotateSigningKey,
      store: store.identity,
      openBucket: limiter?.openBucket ?? ((settings) => limiterModule().openBucketInMemory(settings)),
    },
    readiness: store.readiness,
    close: async () => {
      await liveCatalogue.close();
      await limiter?.close();
    },
  };
};

/** Rejects with an error of one line if a row is damaged. */
const loadCatalogue = async (store: Store, dataFolder: string, options: LiveCatalogueOptions) => {
  try {
    const contents = await store.load();
    const { pageTokenSecret } = contents;
    return { liveCatalogue: openLiveCatalogue(store, contents, options), pageTokenSecret };
  } catch (error) {
    await store.close();
    throw dataFolderError(dataFolder, error);
  }
};

// Loaded when first used: a process that verifies no tokens and counts no calls does not wait for these libraries.
const limiterModule = () => require('../rate-limit/limiter') as typeof import('../rate-limit/limiter');
const tokensModule = () => require('../identity/tokens') as typeof import('../identity/tokens');

type ReadKeys = () => Promise<readonly PublicKey[]>;

const verifierOf = (identity: TokenTrust, keys: ReadKeys): VerifyToken => {
  const createVerifier = (): VerifyToken => {
    const { localKeysVerifier, remoteKeysVerifier } = tokensModule();
    return identity.jwksUrl
      ? remoteKeysVerifier(identity, identity.jwksUrl)
      : localKeysVerifier(identity, keys);
  };
  let verify: VerifyToken | undefined;
  return (token) => {
    verify ??= createVerifier();
    return verify(token);
  };
};

/** Reads the keys each time, because another process may replace them. While the store fails, the last ones count. */
const trustedKeysOf = (store: Store): ReadKeys => {
  let last: readonly PublicKey[] | undefined;
  return async () => {
    try {
      last = await store.trustedKeys();
    } catch (error) {
      if (!last) throw error;
    }
    return last;
  };
};

const issuerOf =
  (identity: TokenTrust, store: Store, keys: ReadKeys): IssueToken =>
  async (claims) => {
    const signingKey = await store.signingKey();
    // This process then knows the key of its own tokens while the store fails.
    await keys();
    const key = createPrivateKey({ key: signingKey, format: 'jwk' });
    return tokensModule().tokenIssuer(identity, key, signingKey.kid)(claims);
  };
