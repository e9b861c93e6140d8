/** The policies around the real service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SkillsError } from '../../src/contract/errors';
import { OPERATION_NAMES, type SkillsApi } from '../../src/contract/skills-api';
import type { SkillsServiceHandle } from '../../src/main';
import { conceal } from '../../src/policy/conceal';
import { deadline } from '../../src/policy/deadline';
import { guard, guardedService } from '../../src/policy/guard';
import type { Interceptor } from '../../src/policy/interceptor';
import { refusal, SMALL_MAP } from '../support/small-map';
import { tempService } from '../support/temp';

let service: SkillsServiceHandle;

beforeAll(async () => {
  service = await tempService(SMALL_MAP);
});

/** Calls each operation with an input that is right for it. */
const callAll = async (api: SkillsApi): Promise<void> => {
  await api.listCategories({});
  await api.getCategory({ id: 'tools' });
  await api.getSkill({ id: 'git' });
  await api.listSkills({});
  await api.batchGetSkills({ ids: ['git'] });
  await api.getLearningPath({ id: 'git' });
  await api.createSkill({ skill: { id: 'x', name: 'X', categoryIds: ['tools'] } });
  await api.updateSkill({ id: 'x', etag: '*', patch: { name: 'Y' } });
  await api.deleteSkill({ id: 'x', etag: '*' });
};

test('guard wraps every operation in THE order, the first interceptor outermost', async () => {
  const log: string[] = [];
  const named =
    (name: string): Interceptor =>
    (operation, next) =>
    async (input, context) => {
      log.push(`${name} ${operation}`);
      return next(input, context);
    };
  const api = guard(service.api, named('outer'), named('inner'));
  expect(Object.keys(api)).toEqual(OPERATION_NAMES);
  await callAll(api);
  expect(log).toEqual(OPERATION_NAMES.flatMap((operation) => [`outer ${operation}`, `inner ${operation}`]));
});

test('guard passes an empty context on where there is none', async () => {
  const seen: unknown[] = [];
  const api = guard(service.api, (_operation, next) => (input, context) => {
    seen.push(context);
    return next(input, context);
  });
  await api.getSkill({ id: 'git' });
  await api.getSkill({ id: 'git' }, { requestId: 'r' });
  expect(seen).toEqual([{}, { requestId: 'r' }]);
});

test('an input that breaks the contract never reaches the service', async () => {
  expect(await refusal(service.api.getSkill({ id: 'Not a slug' }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { violations: [{ field: 'id' }] },
  });
  expect(await refusal(service.api.listSkills({ pageSize: -1, colour: 'red' } as never))).toMatchObject({
    details: { violations: [{ field: 'pageSize' }, { field: 'colour' }] },
  });
});

const failing = (error: unknown): SkillsApi => ({
  ...service.api,
  getSkill: () => Promise.reject(error),
});

test('a fault is logged as it is and told as INTERNAL, without its text', async () => {
  const logged: unknown[] = [];
  const fault = new TypeError('secret path /etc/x');
  const api = guardedService(failing(fault), (error) => logged.push(error));
  const told = await refusal(api.getSkill({ id: 'git' }));
  expect(told).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(logged).toEqual([fault]);
});

test('a fault that is thrown before any promise is concealed too', async () => {
  const logged: unknown[] = [];
  const broken = { ...service.api, getSkill: undefined as never };
  broken.getSkill = (() => {
    throw new Error('at once');
  }) as never;
  const api = guard(
    broken,
    conceal((error) => logged.push(error)),
    deadline,
  );
  for (const context of [undefined, { timeoutMs: 1000 }]) {
    expect(await refusal(api.getSkill({ id: 'git' }, context))).toMatchObject({ code: 'INTERNAL' });
  }
  expect(logged).toHaveLength(2);
});

test('a SkillsError passes through untouched and unlogged', async () => {
  const error = new SkillsError('UNAVAILABLE', 'STORE_BUSY', 'later', { retryDelayMs: 5 });
  const logged: unknown[] = [];
  const api = guardedService(failing(error), (fault) => logged.push(fault));
  await expect(api.getSkill({ id: 'git' })).rejects.toBe(error);
  expect(logged).toEqual([]);
});

test.each([0, -1, Number.NaN])('a timeout of %d ms is over before it begins', async (timeoutMs) => {
  expect(await refusal(service.api.getSkill({ id: 'git' }, { timeoutMs }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
  });
});

test('a call that takes longer than its timeout is DEADLINE_EXCEEDED, and is told inside by its signal', async () => {
  let reason: unknown;
  const slow: SkillsApi = {
    ...service.api,
    getSkill: async (_input, context) => {
      context?.signal?.addEventListener('abort', () => {
        reason = context.signal?.reason;
      });
      await sleep(100);
      throw new Error('too late to matter');
    },
  };
  const api = guardedService(slow, () => undefined);
  const started = Date.now();
  expect(await refusal(api.getSkill({ id: 'git' }, { timeoutMs: 20 }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  expect(Date.now() - started).toBeLessThan(90);
  expect(reason).toBeInstanceOf(SkillsError);
});

test('a call in time answers, with a timeout and a signal too', async () => {
  const { signal } = new AbortController();
  const context = { timeoutMs: 10 ** 12, signal };
  expect((await service.api.getSkill({ id: 'git' }, context)).id).toBe('git');
});

test('a call given up, before or while it runs, ends with the reason of its signal', async () => {
  const reason = new Error('the caller left');
  const logged: unknown[] = [];
  const slow = guardedService({ ...service.api, getSkill: () => sleep(1000) as never }, (error) =>
    logged.push(error),
  );
  const controller = new AbortController();
  const underWay = slow.getSkill({ id: 'git' }, { signal: controller.signal });
  controller.abort(reason);
  await expect(underWay).rejects.toBe(reason);
  await expect(slow.getSkill({ id: 'git' }, { signal: controller.signal })).rejects.toBe(reason);
  expect(logged).toEqual([]);
});
