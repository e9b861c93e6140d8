/** Rate limit buckets: in this process's memory, or in Redis, where several processes share them. */
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { ConsumePoints, OpenBucket, Payer } from '../contract/rate-limit';
import { addressBlock } from '../runtime/address-block';

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
/** A bucket reads the clock at most once per this interval. */
const CLOCK_MS = 100;
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

const keyOf = (payer: Payer): string =>
  [
    ...('subject' in payer ? [`subject ${payer.subject}`] : []),
    ...('address' in payer ? [`address ${addressBlock(payer.address)}`] : []),
  ].join(' ');

/** More payers than this in one period: the bucket that was not used for the longest time is forgotten. */
const BUCKETS_MAX = 100_000;

/** Synchronous, which the memory of rate-limiter-flexible is not: every request waits for its bucket. */
export const openBucketInMemory: OpenBucket = ({ points: pointsMax, durationSeconds }) => {
  const buckets = new LRUCache<string, { consumed: number }>({
    max: BUCKETS_MAX,
    ttl: durationSeconds * 1000,
    ttlResolution: CLOCK_MS,
  });
  return {
    consume: (payer, points) => {
      const key = keyOf(payer);
      const bucket = buckets.get(key);
      if (!bucket) buckets.set(key, { consumed: points });
      else bucket.consumed += points;
      if ((bucket?.consumed ?? points) <= pointsMax) return undefined;
      return Math.max(1, Math.ceil(buckets.getRemainingTTL(key)));
    },
    reset: (payer) => {
      buckets.delete(keyOf(payer));
    },
  };
};

const inMemory: Omit<Limiter, 'consumePoints'> = {
  openBucket: openBucketInMemory,
  close: async () => undefined,
};

const noDelay = () => undefined;
/** The library rejects with a RateLimiterRes when a bucket is empty, and with an Error otherwise. */
const delayOf = (rejection: unknown): number => {
  if (rejection instanceof RateLimiterRes) return rejection.msBeforeNext;
  throw rejection;
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
      const { keyPrefix, points: pointsMax, durationSeconds } = settings;
      const memory = openBucketInMemory(settings);
      const redis = new RateLimiterRedis({
        points: pointsMax,
        duration: durationSeconds,
        storeClient: client,
        useRedisPackage: true,
        keyPrefix: `rosetta${keyPrefix && `-${keyPrefix}`}`,
      });
      return {
        consume: (payer, points) =>
          redisOrMemory(
            () => connected.then(() => redis.consume(keyOf(payer), points)).then(noDelay, delayOf),
            () => memory.consume(payer, points),
          ),
        reset: (payer) =>
          redisOrMemory(
            () => connected.then(() => redis.delete(keyOf(payer))).then(() => undefined),
            () => memory.reset(payer),
          ),
      };
    },
    close: async () => client.destroy(),
  };
};

type RedisOrMemory = <T>(callRedis: () => Promise<T>, callMemory: () => T | Promise<T>) => Promise<T>;

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
    } catch {
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
