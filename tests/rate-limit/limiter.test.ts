/** Buckets in memory, and with a real Redis that stops, hangs and starts again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countAttempts, TooManyAttemptsError } from '../../src/identity/attempts';
import { type Limiter, openLimiter } from '../../src/rate-limit/limiter';
import { hasRedis, type Redis, redisIn } from '../support/redis';
import { tempFolder } from '../support/temp';

const DELAY_MS = expect.any(Number);
const subject = (name: string) => ({ subject: name });

test('a bucket in memory hands out its points, and then reports when they are back', async () => {
  const { consumePoints, close } = openLimiter({ perMinute: 5 });
  expect([
    await consumePoints(subject('a'), 3),
    await consumePoints(subject('a'), 2),
    await consumePoints(subject('a'), 1),
  ]).toEqual([undefined, undefined, DELAY_MS]);
  expect(await consumePoints(subject('b'), 5)).toBeUndefined();
  await close();
});

(hasRedis ? describe : describe.skip)(
  hasRedis ? 'with Redis' : 'with Redis (skipped: redis-server is not installed here)',
  () => {
    let redis: Redis;
    let reports: string[];
    const limiters: Limiter[] = [];
    const open = (): Limiter => {
      const options = { perMinute: 5, redisUrl: redis.url };
      const limiter = openLimiter({ ...options, report: (message) => reports.push(message) });
      limiters.push(limiter);
      return limiter;
    };
    const DOWN = expect.stringContaining('cannot be reached');
    const BACK = expect.stringContaining('is back');

    beforeAll(async () => {
      redis = await redisIn(tempFolder());
    });
    beforeEach(async () => {
      reports = [];
      await redis.start();
    });
    afterEach(async () => {
      for (const { close } of limiters.splice(0)) await close();
      await redis.stop();
    });

    /** Consumes points of new keys until Redis is reported as back. */
    const waitUntilBack = async ({ consumePoints }: Limiter): Promise<void> => {
      const giveUpAt = Date.now() + 15_000;
      for (let n = 0; reports.length < 2 && Date.now() < giveUpAt; n++) {
        await consumePoints(subject(`waiting-${n}`), 1);
        await sleep(20);
      }
    };

    test('two processes share a bucket', async () => {
      const [one, other] = [open(), open()];
      expect(await one.consumePoints(subject('a'), 3)).toBeUndefined();
      expect(await other.consumePoints(subject('a'), 3)).toEqual(DELAY_MS);
      expect(await other.consumePoints(subject('b'), 5)).toBeUndefined();
      expect(reports).toEqual([]);
    });

    test('two processes count attempts to sign in together', async () => {
      const [one, other] = [open(), open()].map(({ openBucket }) => countAttempts(openBucket));
      const ada = { address: '10.0.0.1', name: 'ada' };
      for (let n = 0; n < 5; n++) {
        await one!.countPassword(ada);
        await other!.countPassword(ada);
      }
      await expect(one!.countPassword(ada)).rejects.toThrow(TooManyAttemptsError);
      await expect(other!.countPassword(ada)).rejects.toThrow(TooManyAttemptsError);
      await other!.countPassword({ ...ada, address: '10.0.0.3' });
      await other!.countPassword({ ...ada, name: 'grace' });
      await other!.reset(ada);
      await one!.countPassword(ada);
      expect(reports).toEqual([]);
    });

    test('while Redis is down, memory counts; each change is reported once', async () => {
      const limiter = open();
      expect(await limiter.consumePoints(subject('a'), 5)).toBeUndefined();
      await redis.stop();
      expect(await limiter.consumePoints(subject('a'), 5)).toBeUndefined();
      expect(await limiter.consumePoints(subject('a'), 1)).toEqual(DELAY_MS);
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => limiter.consumePoints(subject(`other-${n}`), 1)),
      );
      expect(reports).toEqual([DOWN]);
      await redis.start();
      await waitUntilBack(limiter);
      expect(reports).toEqual([DOWN, BACK]);
      expect(await limiter.consumePoints(subject('a'), 5)).toBeUndefined();
      expect(await open().consumePoints(subject('a'), 1)).toEqual(DELAY_MS);
    });

    test('while Redis hangs, only the first call waits, and memory counts', async () => {
      const limiter = open();
      expect(await limiter.consumePoints(subject('a'), 1)).toBeUndefined();
      redis.signal('SIGSTOP');
      const begin = performance.now();
      const together = ['a', 'b', 'c'].map((key) => limiter.consumePoints(subject(key), 5));
      expect(await Promise.all(together)).toEqual([undefined, undefined, undefined]);
      expect(performance.now() - begin).toBeLessThan(2000);
      const next = performance.now();
      for (let n = 0; n < 100; n++) await limiter.consumePoints(subject(`hanging-${n}`), 1);
      expect(performance.now() - next).toBeLessThan(1000);
      expect(reports).toEqual([DOWN]);
      redis.signal('SIGCONT');
      await waitUntilBack(limiter);
      expect(reports).toEqual([DOWN, BACK]);
    });

    test('before Redis has started, memory counts', async () => {
      await redis.stop();
      const limiter = open();
      expect(await limiter.consumePoints(subject('a'), 5)).toBeUndefined();
      expect(await limiter.consumePoints(subject('a'), 1)).toEqual(DELAY_MS);
      expect(reports).toEqual([DOWN]);
      await redis.start();
      await waitUntilBack(limiter);
      expect(reports).toEqual([DOWN, BACK]);
    });
  },
);
