/** The buckets of the limits: in this process's memory, or in Redis, where several processes share them. */
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { ConsumePoints } from '../policy/rate-limit';

export interface LimiterOptions {
  /** Points of each caller, full again after a minute; where they are 0, nobody is to take any. */
  readonly perMinute: number;
  readonly redisUrl?: string;
  /** Told once when Redis goes down, and once when it is back. */
  readonly say?: (message: string) => void;
}

type Bucket = Pick<RateLimiterAbstract, 'consume' | 'delete'>;
type OpenBucket = (settings: { keyPrefix: string; points: number; duration: number }) => Bucket;

export interface Limiter {
  readonly consumePoints: ConsumePoints;
  /** For what else is counted, such as attempts to sign in. */
  readonly openBucket: OpenBucket;
  close(): Promise<void>;
}

const MINUTE_SECONDS = 60;
/** A call waits no longer for Redis; the memory stands in. */
const REDIS_MS_MAX = 250;
/** While Redis is down, one call in so long finds out whether it is back. */
const REST_MS = 1000;

/** Resolves at once, whether Redis can be reached or not. */
export const openLimiter = ({ perMinute, redisUrl, say = console.error }: LimiterOptions): Limiter => {
  const { openBucket, close } = redisUrl === undefined ? inMemory : inRedis(redisUrl, say);
  const take = taking(openBucket({ keyPrefix: '', points: perMinute, duration: MINUTE_SECONDS }));
  return { consumePoints: take, openBucket, close };
};

interface Buckets {
  readonly openBucket: OpenBucket;
  close(): Promise<void>;
}

const inMemory: Buckets = {
  openBucket: (settings) => new RateLimiterMemory(settings),
  close: async () => undefined,
};

const inRedis = (url: string, say: (message: string) => void): Buckets => {
  // Loaded where it is wanted: it takes as long as all the rest of a start.
  const { createClient } = require('redis') as typeof import('redis');
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: REDIS_MS_MAX,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, 5000),
    },
  });
  // A call that fails says it.
  client.on('error', () => undefined);
  const connected = client.connect().catch(() => undefined);
  const insured = insurance(say);
  return {
    openBucket: (settings) => {
      const memory = inMemory.openBucket(settings);
      const keyPrefix = `rosetta${settings.keyPrefix && `-${settings.keyPrefix}`}`;
      const shared = new RateLimiterRedis({
        storeClient: client,
        useRedisPackage: true,
        ...settings,
        keyPrefix,
      });
      const either = <T>(work: (bucket: Bucket) => Promise<T>): Promise<T> =>
        insured(
          () => connected.then(() => work(shared)),
          () => work(memory),
        );
      return {
        consume: (key, points) => either((bucket) => bucket.consume(key, points)),
        delete: (key) => either((bucket) => bucket.delete(key)),
      };
    },
    close: async () => client.destroy(),
  };
};

type Insured = <T>(shared: () => Promise<T>, memory: () => Promise<T>) => Promise<T>;

/** Memory stands in for Redis. The client itself would wait for ever where Redis hangs, or is behind a network that has gone silent. */
const insurance = (say: (message: string) => void): Insured => {
  let isDown = false;
  let restUntil = 0;
  const answered = () => {
    if (isDown) say('Redis is back; rate limits are shared again.');
    isDown = false;
    restUntil = 0;
  };
  return async (shared, memory) => {
    const now = performance.now();
    if (now < restUntil) return memory();
    if (isDown) restUntil = now + REST_MS;
    try {
      const answer = await within(REDIS_MS_MAX, shared());
      answered();
      return answer;
    } catch (reason) {
      // A bucket that is empty says so by rejecting.
      if (reason instanceof RateLimiterRes) {
        answered();
        throw reason;
      }
      if (!isDown) say('Redis cannot be reached; rate limits are counted in memory until it is back.');
      isDown = true;
      restUntil = now + REST_MS;
      return memory();
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
  (bucket: Bucket): ConsumePoints =>
  (key, points) =>
    bucket.consume(key, points).then(granted, refused);

const granted = () => undefined;
const refused = (reason: unknown) => {
  if (reason instanceof RateLimiterRes) return reason.msBeforeNext;
  throw reason;
};
