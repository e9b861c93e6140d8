/** The buckets: alone in memory, and with a real Redis that goes away and comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countAttempts, TooManyAttemptsError } from '../../src/identity/attempts';
import { type Limiter, openLimiter } from '../../src/rate-limit/limiter';
import { hasRedis, type Redis, redisIn } from '../support/redis';
import { tempFolder } from '../support/temp';

const FULL = expect.any(Number);

test('in memory, a bucket gives what it has and then says how long it will take to have more', async () => {
  const { consumePoints: take, close } = openLimiter({ perMinute: 5 });
  expect([await take('a', 3), await take('a', 2), await take('a', 1)]).toEqual([undefined, undefined, FULL]);
  expect(await take('b', 5)).toBeUndefined();
  await close();
});

(hasRedis ? describe : describe.skip)(
  hasRedis ? 'with Redis' : 'with Redis (skipped: redis-server is not installed here)',
  () => {
    let redis: Redis;
    let said: string[];
    const limiters: Limiter[] = [];
    const open = (): Limiter => {
      const options = { perMinute: 5, redisUrl: redis.url };
      const limiter = openLimiter({ ...options, say: (message) => said.push(message) });
      limiters.push(limiter);
      return limiter;
    };
    const DOWN = expect.stringContaining('cannot be reached');
    const BACK = expect.stringContaining('is back');

    beforeAll(async () => {
      redis = await redisIn(tempFolder());
    });
    beforeEach(async () => {
      said = [];
      await redis.start();
    });
    afterEach(async () => {
      for (const { close } of limiters.splice(0)) await close();
      await redis.stop();
    });

    /** Keys of their own, until one shows that Redis is asked again. */
    const untilBack = async ({ consumePoints: take }: Limiter): Promise<void> => {
      const giveUpAt = Date.now() + 15_000;
      for (let n = 0; said.length < 2 && Date.now() < giveUpAt; n++) {
        await take(`waiting-${n}`, 1);
        await sleep(20);
      }
    };

    test('two processes share a bucket', async () => {
      const [one, other] = [open(), open()];
      expect(await one.consumePoints('a', 3)).toBeUndefined();
      expect(await other.consumePoints('a', 3)).toEqual(FULL);
      expect(await other.consumePoints('b', 5)).toBeUndefined();
      expect(said).toEqual([]);
    });

    test('two processes count attempts to sign in together', async () => {
      const [one, other] = [open(), open()].map(({ openBucket }) => countAttempts(openBucket));
      for (let n = 0; n < 5; n++) {
        await one!.countPassword('10.0.0.1', 'ada');
        await other!.countPassword('10.0.0.2', 'ada');
      }
      await expect(one!.countPassword('10.0.0.1', 'ada')).rejects.toThrow(TooManyAttemptsError);
      await expect(other!.countPassword('10.0.0.3', 'ada')).rejects.toThrow(TooManyAttemptsError);
      await other!.countPassword('10.0.0.1', 'grace');
      await other!.reset('ada');
      await one!.countPassword('10.0.0.1', 'ada');
      expect(said).toEqual([]);
    });

    test('where Redis dies, memory stands in and that is said once; once it is back, so is that', async () => {
      const limiter = open();
      expect(await limiter.consumePoints('a', 5)).toBeUndefined();
      await redis.stop();
      expect(await limiter.consumePoints('a', 5)).toBeUndefined();
      expect(await limiter.consumePoints('a', 1)).toEqual(FULL);
      await Promise.all(Array.from({ length: 20 }, (_, n) => limiter.consumePoints(`other-${n}`, 1)));
      expect(said).toEqual([DOWN]);
      await redis.start();
      await untilBack(limiter);
      expect(said).toEqual([DOWN, BACK]);
      expect(await limiter.consumePoints('a', 5)).toBeUndefined();
      expect(await open().consumePoints('a', 1)).toEqual(FULL);
    });

    test('where Redis hangs, a call waits a little, the next ones do not, and memory stands in', async () => {
      const limiter = open();
      expect(await limiter.consumePoints('a', 1)).toBeUndefined();
      redis.signal('SIGSTOP');
      const begin = performance.now();
      const together = ['a', 'b', 'c'].map((key) => limiter.consumePoints(key, 5));
      expect(await Promise.all(together)).toEqual([undefined, undefined, undefined]);
      expect(performance.now() - begin).toBeLessThan(2000);
      const next = performance.now();
      for (let n = 0; n < 100; n++) await limiter.consumePoints(`hanging-${n}`, 1);
      expect(performance.now() - next).toBeLessThan(1000);
      expect(said).toEqual([DOWN]);
      redis.signal('SIGCONT');
      await untilBack(limiter);
      expect(said).toEqual([DOWN, BACK]);
    });

    test('where Redis is not there to begin with, memory stands in until it is', async () => {
      await redis.stop();
      const limiter = open();
      expect(await limiter.consumePoints('a', 5)).toBeUndefined();
      expect(await limiter.consumePoints('a', 1)).toEqual(FULL);
      expect(said).toEqual([DOWN]);
      await redis.start();
      await untilBack(limiter);
      expect(said).toEqual([DOWN, BACK]);
    });
  },
);
