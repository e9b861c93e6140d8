/** Rate limit buckets: in this process's memory, or in Redis, where several processes share them. */
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Bucket, BucketSettings, ConsumePoints, OpenBucket, Payer } from '../contract/rate-limit';
import { addressBlock } from './address-block';

export interface LimiterOptions {
  /** Points of each caller, all back after a minute; with 0, `consumePoints` must not be called. */
  readonly perMinute: number;
  readonly redisUrl?: string;
  /** Gets one message when Redis goes down, and one when it is back. Standard error by default. */
  readonly report?: (message: string) => void;
}

export interface Limiter {
  /** The bucket of calls. */
  readonly consumePoints: ConsumePoints;
  /** Opens a bucket for another count, for example of attempts to sign in. */
  readonly openBucket: OpenBucket;
  close(): Promise<void>;
}

const MINUTE_SECONDS = 60;
/** A call waits at most this long for Redis. */
const REDIS_MS_MAX = 250;
/** While Redis is down, one call per this interval tries it again. */
const RETRY_INTERVAL_MS = 1000;

/** Returns at once, whether Redis can be reached or not. */
export const openLimiter = ({ perMinute, redisUrl, report = console.error }: LimiterOptions): Limiter => {
  const { openBucket, close } = redisUrl === undefined ? inMemory : inRedis(redisUrl, report);
  const { consume } = openBucket({ keyPrefix: '', points: perMinute, durationSeconds: MINUTE_SECONDS });
  return { consumePoints: consume, openBucket, close };
};

type LibraryBucket = Pick<RateLimiterAbstract, 'consume' | 'delete'>;
/** Calls the library's bucket of one store, or of the store that can be reached. */
type WithBucket = <T>(call: (bucket: LibraryBucket) => Promise<T>) => Promise<T>;

const optionsOf = ({ keyPrefix, points, durationSeconds }: BucketSettings): IRateLimiterOptions => ({
  keyPrefix,
  points,
  duration: durationSeconds,
});

const bucketOver = (withBucket: WithBucket): Bucket => ({
  consume: (payer, points) =>
    withBucket((bucket) => bucket.consume(keyOf(payer), points)).then(noDelay, delayOf),
  reset: async (payer) => {
    await withBucket((bucket) => bucket.delete(keyOf(payer)));
  },
});

const keyOf = (payer: Payer): string =>
  [
    ...('subject' in payer ? [`subject ${payer.subject}`] : []),
    ...('address' in payer ? [`address ${addressBlock(payer.address)}`] : []),
  ].join(' ');

const noDelay = () => undefined;
/** The library rejects with a RateLimiterRes when a bucket is empty, and with an Error otherwise. */
const delayOf = (rejection: unknown): number => {
  if (rejection instanceof RateLimiterRes) return rejection.msBeforeNext;
  throw rejection;
};

export const openBucketInMemory: OpenBucket = (settings) => {
  const bucket = new RateLimiterMemory(optionsOf(settings));
  return bucketOver((call) => call(bucket));
};

const inMemory: Omit<Limiter, 'consumePoints'> = {
  openBucket: openBucketInMemory,
  close: async () => undefined,
};

const inRedis = (url: string, report: (message: string) => void): Omit<Limiter, 'consumePoints'> => {
  // Loaded when it is used: the client takes as long to load as the rest of a start.
  const { createClient } = require('redis') as typeof import('redis');
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: REDIS_MS_MAX,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 5000),
    },
  });
  // Without a listener the event would end the process; the next call reports the error.
  client.on('error', () => undefined);
  const connected = client.connect().catch(() => undefined);
  const redisOrMemory = insure(report);
  return {
    openBucket: (settings) => {
      const options = optionsOf(settings);
      const memory = new RateLimiterMemory(options);
      const redis = new RateLimiterRedis({
        ...options,
        storeClient: client,
        useRedisPackage: true,
        keyPrefix: `rosetta${options.keyPrefix && `-${options.keyPrefix}`}`,
      });
      return bucketOver((call) =>
        redisOrMemory(
          () => connected.then(() => call(redis)),
          () => call(memory),
        ),
      );
    },
    close: async () => client.destroy(),
  };
};

type RedisOrMemory = <T>(callRedis: () => Promise<T>, callMemory: () => Promise<T>) => Promise<T>;

/**
 * Calls memory while Redis is down. Not the library's `insuranceLimiter`: that one waits as long as the Redis client does,
 * which is for ever when Redis hangs, and lets every call try Redis again.
 */
const insure = (report: (message: string) => void): RedisOrMemory => {
  let isDown = false;
  let retryAt = 0;
  const markUp = () => {
    if (isDown) report('Redis is back; rate limits are shared again.');
    isDown = false;
    retryAt = 0;
  };
  return async (callRedis, callMemory) => {
    const now = performance.now();
    if (now < retryAt) return callMemory();
    if (isDown) retryAt = now + RETRY_INTERVAL_MS;
    try {
      const answer = await rejectAfter(REDIS_MS_MAX, callRedis());
      markUp();
      return answer;
    } catch (rejection) {
      // The rejection of an empty bucket is an answer of Redis.
      if (rejection instanceof RateLimiterRes) {
        markUp();
        throw rejection;
      }
      if (!isDown) report('Redis cannot be reached; rate limits are counted in memory until it is back.');
      isDown = true;
      retryAt = now + RETRY_INTERVAL_MS;
      return callMemory();
    }
  };
};

const rejectAfter = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};
