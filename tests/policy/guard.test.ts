/** The policies around the real service. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SkillsServiceHandle } from '../../src/app/service';
import { SkillsError } from '../../src/contract/errors';
import { OPERATION_NAMES, OPERATIONS, type SkillsApi } from '../../src/contract/skills-api';
import { conceal } from '../../src/policy/conceal';
import { deadline } from '../../src/policy/deadline';
import { guard, guardedService } from '../../src/policy/guard';
import type { Interceptor } from '../../src/policy/interceptor';
import { ADA } from '../support/caller';
import { apiThat, CALLS } from '../support/plain-api';
import { errorIfRejected as refusal, SMALL_MAP } from '../support/small-map';
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
  await api.setProgress({ skillId: 'git', status: 'LEARNED' });
  await api.listProgress({});
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
  const api = guardedService(failing(fault), { log: (error) => logged.push(error) });
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
  const api = guardedService(failing(error), { log: (fault) => logged.push(fault) });
  await expect(api.getSkill({ id: 'git' })).rejects.toBe(error);
  expect(logged).toEqual([]);
});

test.each([0, -1, Number.NaN])('a timeout of %d ms is over before it begins', async (timeoutMs) => {
  expect(await refusal(service.api.getSkill({ id: 'git' }, { timeoutMs }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
  });
});

/** Everybody is ada here. */
const verify = () => ({ ...ADA, learner: true });
const token = 'any';

test.each(OPERATION_NAMES)(
  '%s that takes longer than its timeout is DEADLINE_EXCEEDED',
  async (operation) => {
    let inside: AbortSignal | undefined;
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = apiThat(async (_operation, _input, context) => {
      inside = context?.signal;
      await finished;
      throw new Error('too late to matter');
    });
    const api = guardedService(slow, { log: () => undefined, verify });
    // It ends no sooner than the test has its answer.
    const come = await refusal(CALLS[operation](api, { timeoutMs: 20, token }));
    finish();
    expect(come).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    // A write is told, so that it stores nothing; a read has nothing to undo.
    const isWrite = OPERATIONS[operation] === 'write';
    expect(inside?.reason).toEqual(isWrite ? expect.any(SkillsError) : undefined);
  },
);

test('a write whose caller has gone is told, and a read is let be', async () => {
  const seen: unknown[] = [];
  const reason = new SkillsError('DEADLINE_EXCEEDED', 'CALLER_GONE', 'Nobody is there.');
  let controller = new AbortController();
  const api = guardedService(
    apiThat(async (operation, _input, context) => {
      controller.abort(reason);
      await sleep(5);
      seen.push([operation, context?.signal?.aborted ?? false]);
      return undefined as never;
    }),
    { verify },
  );
  for (const operation of OPERATION_NAMES) {
    controller = new AbortController();
    const { signal } = controller;
    const came = await CALLS[operation](api, { disconnected: () => signal, token }).catch(
      (error: unknown) => error,
    );
    expect(came).toBe(OPERATIONS[operation] === 'write' ? reason : undefined);
  }
  await sleep(20);
  expect(seen).toEqual(OPERATION_NAMES.map((name) => [name, OPERATIONS[name] === 'write']));
});

describe('who calls', () => {
  const seen: unknown[] = [];
  const telling = apiThat(async (_operation, _input, context) => {
    seen.push(context?.caller);
    return undefined as never;
  });
  beforeEach(() => {
    seen.length = 0;
  });

  test('is said by the token, and by nothing that a context brings along', async () => {
    const api = guardedService(telling, { verify });
    const caller = { subject: 'eve', scopes: ['skills:write'], learner: true };
    expect(await refusal(CALLS.createSkill(api, { caller }))).toMatchObject({ reason: 'TOKEN_REQUIRED' });
    await CALLS.getSkill(api, { caller });
    await CALLS.createSkill(api, { caller, token });
    expect(seen).toEqual([undefined, { ...ADA, learner: true }]);
  });

  test('is nobody where no tokens are understood', async () => {
    const api = guardedService(telling);
    expect(await refusal(CALLS.getSkill(api, { token }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    expect(await refusal(CALLS.createSkill(api))).toMatchObject({ reason: 'TOKEN_REQUIRED' });
    await CALLS.getSkill(api);
    expect(seen).toEqual([undefined]);
  });

  test('is not known where it can not be told, which is no fault of the caller', async () => {
    const error = new SkillsError('UNAVAILABLE', 'KEYS_UNAVAILABLE', 'later', { retryDelayMs: 5 });
    const api = guardedService(telling, { verify: () => Promise.reject(error) });
    await expect(CALLS.getSkill(api, { token })).rejects.toBe(error);
  });

  test('a fault of what verifies is INTERNAL and logged', async () => {
    const logged: unknown[] = [];
    const fault = new TypeError('broken');
    const api = guardedService(telling, { verify: () => Promise.reject(fault), log: (e) => logged.push(e) });
    expect(await refusal(CALLS.getSkill(api, { token }))).toMatchObject({ code: 'INTERNAL' });
    expect(logged).toEqual([fault]);
  });

  test('is asked before what is wrong with the input, and whether they may after it', async () => {
    const api = guardedService(telling, { verify });
    const wrong = { skill: { id: 'Not a slug' } } as never;
    const nobody = guardedService(telling);
    expect(await refusal(nobody.createSkill(wrong, { token }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    const malformed = nobody.createSkill(wrong, { token: 'two words' });
    expect(await refusal(malformed)).toMatchObject({ reason: 'TOKEN_MALFORMED' });
    expect(await refusal(api.createSkill(wrong))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

test('a call in time answers, with a timeout and a signal too', async () => {
  const { signal } = new AbortController();
  const context = { timeoutMs: 10 ** 12, signal };
  expect((await service.api.getSkill({ id: 'git' }, context)).id).toBe('git');
});

test('a call given up, before or while it runs, ends with the reason of its signal', async () => {
  const reason = new Error('the caller left');
  const logged: unknown[] = [];
  const slow = guardedService(
    { ...service.api, getSkill: () => sleep(1000) as never },
    { log: (error) => logged.push(error) },
  );
  const controller = new AbortController();
  const underWay = slow.getSkill({ id: 'git' }, { signal: controller.signal });
  controller.abort(reason);
  await expect(underWay).rejects.toBe(reason);
  await expect(slow.getSkill({ id: 'git' }, { signal: controller.signal })).rejects.toBe(reason);
  expect(logged).toEqual([]);
});
