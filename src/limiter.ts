/** The buckets of the rate limit: in this process's memory, or in Redis, where several processes share them. */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Take } from './policy/rate-limit';

export interface LimiterOptions {
  /** Points of each bucket, full again after a minute. */
  readonly perMinute: number;
  readonly redisUrl?: string;
  /** Told once when Redis goes down, and once when it is back. */
  readonly say?: (message: string) => void;
}

export interface Limiter {
  readonly take: Take;
  close(): Promise<void>;
}

const MINUTE_SECONDS = 60;
/** A call waits no longer for Redis; the memory stands in. */
const REDIS_MS_MAX = 250;
/** While Redis is down, one call in so long finds out whether it is back. */
const REST_MS = 1000;

/** Resolves at once, whether Redis can be reached or not. */
export const openLimiter = ({ perMinute, redisUrl, say = console.error }: LimiterOptions): Limiter => {
  const memory = taking(
    new RateLimiterMemory({ points: perMinute, duration: MINUTE_SECONDS, keyPrefix: '' }),
  );
  if (redisUrl === undefined) return { take: memory, close: async () => undefined };

  // Loaded where it is wanted: it takes as long as all the rest of a start.
  const { createClient } = require('redis') as typeof import('redis');
  const client = createClient({
    url: redisUrl,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: REDIS_MS_MAX,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 5000),
    },
  });
  // A call that fails says it.
  client.on('error', () => undefined);
  const connected = client.connect().catch(() => undefined);
  const shared = taking(
    new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      keyPrefix: 'rosetta',
      points: perMinute,
      duration: MINUTE_SECONDS,
    }),
  );
  return {
    take: insured((key, points) => connected.then(() => shared(key, points)), memory, say),
    close: async () => client.destroy(),
  };
};

/** The client itself would wait for ever where Redis hangs, or is behind a network that has gone silent. */
const insured = (shared: Take, memory: Take, say: (message: string) => void): Take => {
  let isDown = false;
  let restUntil = 0;
  return async (key, points) => {
    const now = performance.now();
    if (now < restUntil) return memory(key, points);
    if (isDown) restUntil = now + REST_MS;
    try {
      const answer = await within(REDIS_MS_MAX, shared(key, points));
      if (isDown) say('Redis is back; rate limits are shared again.');
      isDown = false;
      restUntil = 0;
      return answer;
    } catch {
      if (!isDown) say('Redis cannot be reached; rate limits are counted in memory until it is back.');
      isDown = true;
      restUntil = now + REST_MS;
      return memory(key, points);
    }
  };
};

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const taking =
  (limiter: RateLimiterMemory | RateLimiterRedis): Take =>
  (key, points) =>
    limiter.consume(key, points).then(granted, refused);

const granted = () => undefined;
const refused = (reason: unknown) => {
  if (reason instanceof RateLimiterRes) return reason.msBeforeNext;
  throw reason;
};
