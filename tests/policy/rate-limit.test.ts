/** How much: the policy with real buckets, whose minute is not waited for. */
import fc from 'fast-check';
import type { CallContext } from '../../src/contract/context';
import { unauthenticated } from '../../src/contract/errors';
import { OPERATION_NAMES, type SkillsApi } from '../../src/contract/skills-api';
import { guardedService } from '../../src/policy/guard';
import { COST, network } from '../../src/policy/rate-limit';
import { openLimiter } from '../../src/rate-limit/limiter';
import { errorOf as refusal } from '../support/outcome';
import { apiThat, CALLS } from '../support/plain-api';
import { holds } from '../support/property';

/** A token is the subject's own name here; that of nobody is refused. */
const limited = (perMinute: number): SkillsApi => {
  const { take } = openLimiter({ perMinute });
  const verify = (subject: string) => {
    if (subject === 'nobody') throw unauthenticated('TOKEN_INVALID', 'Nobody is nobody.');
    return { subject, scopes: ['skills:write'], learner: true };
  };
  return guardedService(
    apiThat(async () => undefined as never),
    { take, verify },
  );
};

const ADA = { token: 'ada', peer: '192.0.2.1' };
const BOB = { token: 'bob', peer: '192.0.2.1' };
const RATE_LIMITED = { code: 'RESOURCE_EXHAUSTED', reason: 'RATE_LIMITED' };

/** How many calls go through, one after the other, of at most so many. */
const going = async (api: SkillsApi, contexts: readonly CallContext[]): Promise<boolean[]> => {
  const went: boolean[] = [];
  for (const context of contexts) {
    went.push(
      await api.getSkill({ id: 'git' }, context).then(
        () => true,
        ({ reason }) => {
          expect(reason).toBe('RATE_LIMITED');
          return false;
        },
      ),
    );
  }
  return went;
};

test.each(OPERATION_NAMES)('%s costs what the table says', async (operation) => {
  const call = CALLS[operation];
  const enough = limited(COST[operation] * 2);
  await call(enough, ADA);
  await call(enough, ADA);
  expect(await refusal(call(enough, ADA))).toMatchObject(RATE_LIMITED);
  expect(await refusal(call(limited(COST[operation] - 1 || 0), ADA))).toMatchObject(RATE_LIMITED);
});

test('a refusal says when there is room again, in whole milliseconds of at most a minute', async () => {
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

test('each subject has a bucket of its own, wherever it calls from', async () => {
  const elsewhere = { ...ADA, peer: '198.51.100.7' };
  expect(await going(limited(2), [ADA, elsewhere, ADA, elsewhere, BOB, BOB, BOB])).toStrictEqual([
    ...[true, true, false, false],
    ...[true, true, false],
  ]);
});

test('who shows no token is counted by address, apart from those who do', async () => {
  const [one, other] = [{ peer: '192.0.2.1' }, { peer: '192.0.2.2' }];
  expect(await going(limited(1), [one, one, other, ADA, other])).toStrictEqual([
    ...[true, false, true, true, false],
  ]);
});

test('a subject whose name is an address is not that address', async () => {
  const [named, there] = [{ token: '192.0.2.1' }, { peer: '192.0.2.1' }];
  expect(await going(limited(1), [named, there, named, there])).toStrictEqual([true, true, false, false]);
});

test('the addresses of one IPv6 household share a bucket', async () => {
  const peers = ['2001:db8:0:1::1', '2001:db8::1:ffff:0:0:1', '2001:db8:0:2::1', '2001:db8:0:2::'];
  const contexts = peers.map((peer) => ({ peer }));
  expect(await going(limited(1), contexts)).toStrictEqual([true, false, true, false]);
});

test('a call from inside this process is not limited', async () => {
  expect(await going(limited(1), [{}, {}, { peer: '' }, {}])).toStrictEqual([true, true, true, true]);
});

test('a refused token costs the address that it came from', async () => {
  const api = limited(12);
  const guess = () => refusal(api.getSkill({ id: 'git' }, { token: 'nobody', peer: '192.0.2.1' }));
  expect([await guess(), await guess(), await guess()]).toMatchObject([
    ...[{ reason: 'TOKEN_INVALID' }, { reason: 'TOKEN_INVALID' }, RATE_LIMITED],
  ]);
  expect(await going(api, [{ peer: '192.0.2.1' }, ADA, { peer: '192.0.2.2' }])).toStrictEqual([
    ...[false, true, true],
  ]);
});

test('what is refused for other reasons costs as much as what is answered', async () => {
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

describe('network', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000::0001', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
    ['1:2:3', '1:2:3'],
  ])('%s counts as %s', (address, expected) => {
    expect(network(address)).toBe(expected);
  });

  test('of any address is told by its first 64 bits', () =>
    holds(
      fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
        const first = (address: string) => new URL(`http://[${address}]`).hostname;
        if (first(one) === first(other)) expect(network(one)).toBe(network(other));
        expect(network(one)).toMatch(/^([\da-f]{1,4}:){4}:\/64$|^\d+(\.\d+){3}$/);
        expect(network(network(one).replace('/64', ''))).toBe(network(one));
      }),
    ));
});
