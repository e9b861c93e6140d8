/** The rate limiting policy over real buckets in memory. */
import type { CallContext } from '../../src/contract/context';
import { unauthenticated } from '../../src/contract/errors';
import { OPERATION_NAMES, type SkillsApi } from '../../src/contract/skills-api';
import { guardService } from '../../src/policy/guard';
import { COST } from '../../src/policy/rate-limit';
import { openLimiter } from '../../src/rate-limit/limiter';
import { errorOf as refusal } from '../support/outcome';
import { apiThat, CALLS } from '../support/plain-api';

/** Here a token is the subject's name; the token 'nobody' is invalid. */
const limited = (perMinute: number): SkillsApi => {
  const { consumePoints } = openLimiter({ perMinute });
  const verify = (subject: string) => {
    if (subject === 'nobody') throw unauthenticated('TOKEN_INVALID', 'The token is not valid.');
    return { subject, scopes: ['skills:write'], learner: true };
  };
  return guardService(
    apiThat(async () => undefined as never),
    { consumePoints, verify },
  );
};

const ADA = { token: 'ada', peer: '192.0.2.1' };
const BOB = { token: 'bob', peer: '192.0.2.1' };
const RATE_LIMITED = { code: 'RESOURCE_EXHAUSTED', reason: 'RATE_LIMITED' };

/** Calls getSkill once per context, in sequence: true for each call that the limit lets pass. */
const callInSequence = async (api: SkillsApi, contexts: readonly CallContext[]): Promise<boolean[]> => {
  const passed: boolean[] = [];
  for (const context of contexts) {
    passed.push(
      await api.getSkill({ id: 'git' }, context).then(
        () => true,
        ({ reason }) => {
          expect(reason).toBe('RATE_LIMITED');
          return false;
        },
      ),
    );
  }
  return passed;
};

test.each(OPERATION_NAMES)('%s costs what the table says', async (operation) => {
  const call = CALLS[operation];
  const enough = limited(COST[operation] * 2);
  await call(enough, ADA);
  await call(enough, ADA);
  expect(await refusal(call(enough, ADA))).toMatchObject(RATE_LIMITED);
  expect(await refusal(call(limited(COST[operation] - 1 || 0), ADA))).toMatchObject(RATE_LIMITED);
});

test('RATE_LIMITED reports the retry delay in whole milliseconds, at most a minute', async () => {
  const api = limited(1);
  await api.getSkill({ id: 'git' }, ADA);
  const { details, message } = await refusal(api.getSkill({ id: 'git' }, ADA));
  expect(details).toStrictEqual({ retryDelayMs: expect.any(Number) });
  const { retryDelayMs = 0 } = details;
  expect(Number.isInteger(retryDelayMs)).toBe(true);
  expect(retryDelayMs).toBeGreaterThan(50_000);
  expect(retryDelayMs).toBeLessThanOrEqual(60_000);
  expect(message).toContain(`${Math.ceil(retryDelayMs / 1000)} seconds`);
});

test('each subject has its own bucket, whatever its address', async () => {
  const elsewhere = { ...ADA, peer: '198.51.100.7' };
  expect(await callInSequence(limited(2), [ADA, elsewhere, ADA, elsewhere, BOB, BOB, BOB])).toStrictEqual([
    ...[true, true, false, false],
    ...[true, true, false],
  ]);
});

test('calls without a token are counted by address, apart from calls with one', async () => {
  const [one, other] = [{ peer: '192.0.2.1' }, { peer: '192.0.2.2' }];
  expect(await callInSequence(limited(1), [one, one, other, ADA, other])).toStrictEqual([
    ...[true, false, true, true, false],
  ]);
});

test('a subject named like an address does not share the bucket of that address', async () => {
  const [named, there] = [{ token: '192.0.2.1' }, { peer: '192.0.2.1' }];
  expect(await callInSequence(limited(1), [named, there, named, there])).toStrictEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('the addresses of one IPv6 /64 block share a bucket', async () => {
  const peers = ['2001:db8:0:1::1', '2001:db8::1:ffff:0:0:1', '2001:db8:0:2::1', '2001:db8:0:2::'];
  const contexts = peers.map((peer) => ({ peer }));
  expect(await callInSequence(limited(1), contexts)).toStrictEqual([true, false, true, false]);
});

test('a call from inside this process is not limited', async () => {
  expect(await callInSequence(limited(1), [{}, {}, { peer: '' }, {}])).toStrictEqual([
    true,
    true,
    true,
    true,
  ]);
});

test('a call with an invalid token costs points of its address', async () => {
  const api = limited(12);
  const guess = () => refusal(api.getSkill({ id: 'git' }, { token: 'nobody', peer: '192.0.2.1' }));
  expect([await guess(), await guess(), await guess()]).toMatchObject([
    ...[{ reason: 'TOKEN_INVALID' }, { reason: 'TOKEN_INVALID' }, RATE_LIMITED],
  ]);
  expect(await callInSequence(api, [{ peer: '192.0.2.1' }, ADA, { peer: '192.0.2.2' }])).toStrictEqual([
    ...[false, true, true],
  ]);
});

test('a rejected call costs as much as an answered one', async () => {
  const api = limited(2 * COST.createSkill);
  const wrong = () => refusal(api.createSkill({ skill: { id: '' } } as never, ADA));
  expect([await wrong(), await wrong(), await wrong()]).toMatchObject([
    ...[{ code: 'INVALID_ARGUMENT' }, { code: 'INVALID_ARGUMENT' }, RATE_LIMITED],
  ]);
  const { peer } = ADA;
  const nobody = () => refusal(CALLS.createSkill(api, { peer }));
  expect([await nobody(), await nobody(), await nobody()]).toMatchObject([
    ...[{ reason: 'TOKEN_REQUIRED' }, { reason: 'TOKEN_REQUIRED' }, RATE_LIMITED],
  ]);
});
