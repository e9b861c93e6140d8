/** Idempotency keys: the same key and input have one effect for 24 hours, through any combination of protocols. */
import { SkillsError } from '../../src/contract/errors';
import type { SkillsApi } from '../../src/contract/skills-api';
import { withDefaultContext } from '../support/caller';
import { CONTRACT_MAP, DOCKER, HOSTILE } from '../support/contract-map';
import {
  IMPLEMENTATION_NAMES,
  type ImplementationName,
  implementationsWithoutToken,
  type RunningService,
  serveOver,
  startService,
} from '../support/implementations';
import { errorOf } from '../support/outcome';

const DAY_MS = 24 * 60 * 60 * 1000;

const tokens = new Map<string, string>();
const REUSED = { code: 'FAILED_PRECONDITION', reason: 'IDEMPOTENCY_KEY_REUSED', details: {} };

/** The outcome of each call: its result, or the reason of its SkillsError. */
const outcomes = async (calls: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(calls)).map((one) =>
    one.status === 'fulfilled'
      ? one.value
      : one.reason instanceof SkillsError
        ? one.reason.reason
        : one.reason,
  );

export const describeIdempotencyKeys = (): void => {
  /** Each reading of the clock returns a new time, so that a second write is visible in its timestamps. */
  let now = Date.parse('2026-05-01T00:00:00.000Z');
  const clock = (): Date => {
    now += 10;
    return new Date(now);
  };
  const { apiOf, service } = implementationsWithoutToken(clock);
  beforeAll(async () => {
    for (const subject of ['ada', 'bob']) {
      const claims = { subject, scopes: ['skills:write'] };
      tokens.set(subject, await service().value.identity.issue(claims));
    }
  });
  const ada = (implementation: ImplementationName): SkillsApi =>
    withDefaultContext(apiOf(implementation), { token: tokens.get('ada') });
  const bob = (implementation: ImplementationName): SkillsApi =>
    withDefaultContext(apiOf(implementation), { token: tokens.get('bob') });

  let made = 0;
  const fresh = (): string => `keyed-${++made}`;
  const newSkill = (id = fresh()) => ({ skill: { ...DOCKER, id } });

  describe.each(
    IMPLEMENTATION_NAMES.flatMap((one) =>
      IMPLEMENTATION_NAMES.map((other): [ImplementationName, ImplementationName] => [one, other]),
    ),
  )('one idempotency key through %s and then through %s:', (one, other) => {
    test('createSkill creates one skill and returns it twice', async () => {
      const [input, context] = [{ skill: { ...HOSTILE, id: fresh() } }, { idempotencyKey: fresh() }];
      const created = await ada(one).createSkill(input, context);
      expect(await ada(other).createSkill(input, context)).toStrictEqual(created);
      expect(await ada(other).getSkill({ id: created.id })).toStrictEqual(created);
    });

    test('updateSkill changes the skill once, although the etag of the retry is stale', async () => {
      const { id, etag } = await ada(one).createSkill(newSkill());
      const [input, context] = [{ id, etag, patch: { name: 'Once' } }, { idempotencyKey: fresh() }];
      const updated = await ada(one).updateSkill(input, context);
      const later = await ada(one).updateSkill({ id, etag: '*', patch: { name: 'Later' } });
      expect(await ada(other).updateSkill(input, context)).toStrictEqual(updated);
      expect(await ada(other).getSkill({ id })).toStrictEqual(later);
    });

    test('deleteSkill deletes the skill once and succeeds twice', async () => {
      const { id, etag } = await ada(one).createSkill(newSkill());
      const context = { idempotencyKey: fresh() };
      await ada(one).deleteSkill({ id, etag }, context);
      expect(await ada(other).deleteSkill({ id, etag }, context)).toBeUndefined();
      const again = await ada(one).createSkill(newSkill(id));
      expect(await ada(other).deleteSkill({ id, etag }, context)).toBeUndefined();
      expect(await ada(other).getSkill({ id })).toStrictEqual(again);
    });

    test('setProgress sets the status once', async () => {
      const { id } = await ada(one).createSkill(newSkill());
      const [input, context] = [{ skillId: id, status: 'LEARNED' } as const, { idempotencyKey: fresh() }];
      const learned = await ada(one).setProgress(input, context);
      const planned = await ada(one).setProgress({ skillId: id, status: 'PLANNED' });
      expect(await ada(other).setProgress(input, context)).toStrictEqual(learned);
      expect((await ada(other).listProgress({})).items).toContainEqual(planned);
    });

    test('another input or another operation is rejected and has no effect', async () => {
      const context = { idempotencyKey: fresh() };
      const { id } = await ada(one).createSkill(newSkill(), context);
      const others = (api: SkillsApi): Promise<unknown>[] => [
        api.createSkill(newSkill(`${id}-other`), context),
        api.createSkill({ skill: { ...DOCKER, id, level: 'BEGINNER' } }, context),
        api.updateSkill({ id, etag: '*', patch: { name: 'Other' } }, context),
        api.deleteSkill({ id, etag: '*' }, context),
        api.setProgress({ skillId: id, status: 'LEARNED' }, context),
      ];
      const expected = await Promise.all(others(ada('direct')).map(errorOf));
      expect(expected).toMatchObject(expected.map(() => REUSED));
      expect(await Promise.all(others(ada(other)).map(errorOf))).toStrictEqual(expected);
      expect(await ada(other).getSkill({ id })).toMatchObject({ ...DOCKER, id });
    });
  });

  describe.each(IMPLEMENTATION_NAMES)('%s:', (implementation) => {
    test('inputs that differ in member order, defaults and line ends count as equal', async () => {
      const id = fresh();
      const context = { idempotencyKey: fresh() };
      const created = await ada(implementation).createSkill({ skill: { ...DOCKER, id } }, context);
      const { name, categoryIds } = DOCKER;
      const reordered = { categoryIds, name, id, tags: undefined, level: undefined };
      expect(await ada(implementation).createSkill({ skill: reordered }, context)).toStrictEqual(created);
      const wrapped = { skill: { ...DOCKER, id, summary: 'one\r\ntwo' } };
      const other = { idempotencyKey: fresh() };
      await ada(implementation).deleteSkill({ id, etag: '*' });
      const again = await ada(implementation).createSkill(wrapped, other);
      const unwrapped = { skill: { ...DOCKER, id, summary: 'one\ntwo' } };
      expect(await ada(implementation).createSkill(unwrapped, other)).toStrictEqual(again);
    });

    test('keys of different callers are independent', async () => {
      const context = { idempotencyKey: fresh() };
      const [input, another] = [newSkill(), newSkill()];
      await ada(implementation).createSkill(input, context);
      expect(await errorOf(bob(implementation).createSkill(input, context))).toMatchObject({
        code: 'ALREADY_EXISTS',
      });
      expect(await bob(implementation).createSkill(another, context)).toMatchObject(another.skill);
      expect(await ada(implementation).createSkill(input, context)).toMatchObject(input.skill);
    });

    test('a failed write stores no key, so a retry after the repair succeeds', async () => {
      const context = { idempotencyKey: fresh() };
      const missing = fresh();
      const input = { skill: { ...DOCKER, id: fresh(), requires: [missing] } };
      for (let times = 0; times < 2; times++) {
        expect(await errorOf(ada(implementation).createSkill(input, context))).toMatchObject({
          reason: 'UNKNOWN_REFERENCE',
        });
      }
      await ada(implementation).createSkill(newSkill(missing));
      const created = await ada(implementation).createSkill(input, context);
      expect(await ada(implementation).createSkill(input, context)).toStrictEqual(created);
    });

    test('the result of an update without changes is stored too', async () => {
      const context = { idempotencyKey: fresh() };
      const { id, name, ...created } = await ada(implementation).createSkill(newSkill());
      const input = { id, etag: '*', patch: { name } };
      expect(await ada(implementation).updateSkill(input, context)).toMatchObject(created);
      await ada(implementation).updateSkill({ id, etag: '*', patch: { name: 'Other' } });
      expect(await ada(implementation).updateSkill(input, context)).toStrictEqual({ id, name, ...created });
      expect(await ada(implementation).getSkill({ id })).toMatchObject({ name: 'Other' });
    });

    test.each([
      'a',
      "!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcxyz{|}~",
      '&amp;<!--',
      '?1',
      'x'.repeat(128),
    ])('the key %s is accepted and applied', async (key) => {
      const context = { idempotencyKey: `${key}${implementation}`.slice(-128) };
      const input = newSkill();
      const created = await ada(implementation).createSkill(input, context);
      expect(await ada('direct').createSkill(input, context)).toStrictEqual(created);
      expect(await errorOf(ada(implementation).createSkill(newSkill(), context))).toMatchObject(REUSED);
    });

    test.each(['', ' ', 'two words', '"', 'a"b', 'a\\b', 'é', 'a\nb', '\u0000', 'x'.repeat(129)])(
      'the key %j is rejected with INVALID_ARGUMENT',
      async (idempotencyKey) => {
        const calls = (api: SkillsApi) => [
          api.createSkill(newSkill('never'), { idempotencyKey }),
          api.updateSkill({ id: 'git', etag: '*', patch: { name: 'G' } }, { idempotencyKey }),
          api.deleteSkill({ id: 'git', etag: '*' }, { idempotencyKey }),
          api.setProgress({ skillId: 'git', status: 'LEARNED' }, { idempotencyKey }),
        ];
        const expected = await Promise.all(calls(ada('direct')).map(errorOf));
        expect(expected[0]).toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: { violations: [{ field: 'idempotencyKey' }] },
        });
        expect(await Promise.all(calls(ada(implementation)).map(errorOf))).toStrictEqual(expected);
      },
    );

    test('a key expires one millisecond after 24 hours', async () => {
      const context = { idempotencyKey: fresh() };
      const input = newSkill();
      const created = await ada(implementation).createSkill(input, context);
      now = Date.parse(created.createTime) + DAY_MS - 10;
      expect(await ada(implementation).createSkill(input, context)).toStrictEqual(created);
      now = Date.parse(created.createTime) + DAY_MS + 1 - 10;
      expect(await errorOf(ada(implementation).createSkill(input, context))).toMatchObject({
        code: 'ALREADY_EXISTS',
      });
      await ada(implementation).deleteSkill({ id: input.skill.id, etag: '*' });
      const again = await ada(implementation).createSkill(input, context);
      expect(again.createTime > created.createTime).toBe(true);
    });
  });

  describe('concurrent writes with one key', () => {
    const expectOnce = async (calls: readonly Promise<unknown>[]): Promise<void> => {
      const [first, ...others] = await outcomes(calls);
      expect(others).toStrictEqual(others.map(() => first));
      expect(first).not.toEqual(expect.any(String));
    };

    test('have one effect through all five implementations', async () => {
      for (let round = 0; round < 3; round++) {
        const keys = [fresh(), fresh(), fresh(), fresh()].map((idempotencyKey) => ({ idempotencyKey }));
        const input = newSkill();
        const { id } = input.skill;
        await expectOnce(
          IMPLEMENTATION_NAMES.map((implementation) => ada(implementation).createSkill(input, keys[0])),
        );
        const { etag } = await ada('direct').getSkill({ id });
        await expectOnce(
          IMPLEMENTATION_NAMES.map((implementation) =>
            ada(implementation).updateSkill({ id, etag, patch: { name: 'Once' } }, keys[1]),
          ),
        );
        await expectOnce(
          IMPLEMENTATION_NAMES.map((implementation) =>
            ada(implementation).setProgress({ skillId: id, status: 'LEARNED' }, keys[2]),
          ),
        );
        await expectOnce(
          IMPLEMENTATION_NAMES.map((implementation) =>
            ada(implementation).deleteSkill({ id, etag: '*' }, keys[3]),
          ),
        );
      }
    });

    test('with different inputs have one effect, and the others are rejected', async () => {
      const context = { idempotencyKey: fresh() };
      const inputs = IMPLEMENTATION_NAMES.map(() => newSkill());
      const results = await outcomes(
        IMPLEMENTATION_NAMES.map((implementation, index) =>
          ada(implementation).createSkill(inputs[index]!, context),
        ),
      );
      expect(results.filter((one) => one === REUSED.reason)).toHaveLength(IMPLEMENTATION_NAMES.length - 1);
      const { missingIds } = await ada('direct').batchGetSkills({ ids: inputs.map(({ skill }) => skill.id) });
      expect(missingIds).toHaveLength(IMPLEMENTATION_NAMES.length - 1);
    });

    describe('in two services on one database', () => {
      let second: RunningService;
      beforeAll(async () => {
        second = await startService(CONTRACT_MAP, clock, service().dataFolder);
      });
      afterAll(() => second.stop());

      test('have one effect', async () => {
        const [api, token] = [second.value.api, tokens.get('ada')];
        for (let round = 0; round < 10; round++) {
          const [input, context] = [newSkill(), { idempotencyKey: fresh(), token }];
          await expectOnce([ada('grpc').createSkill(input, context), api.createSkill(input, context)]);
        }
      });

      test('wait until the second service has applied the stored result', async () => {
        const client = await serveOver('graphql', second.value.api, second.value.graph, tokens.get('ada'));
        for (let round = 0; round < 5; round++) {
          const [before, idempotencyKey] = [newSkill(), fresh()];
          await ada('rest').createSkill(before);
          const input = { skill: { ...DOCKER, id: fresh(), requires: [before.skill.id] } };
          const created = await ada('soap').createSkill(input, { idempotencyKey });
          expect(await client.value.createSkill(input, { idempotencyKey })).toStrictEqual(created);
          expect(second.value.graph().skill(created.id)).toStrictEqual(created);
        }
        await client.stop();
      });
    });
  });
};
