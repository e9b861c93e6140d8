/** The chain of policies around the real service. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SkillsServiceHandle } from '../../src/app/service';
import { SkillsError } from '../../src/contract/errors';
import { OPERATION_NAMES, OPERATIONS, type SkillsApi } from '../../src/contract/skills-api';
import { enforceDeadline } from '../../src/policy/deadline';
import { applyInterceptors, guardService } from '../../src/policy/guard';
import { hideInternalErrors } from '../../src/policy/hide-internal-errors';
import type { Interceptor } from '../../src/policy/interceptor';
import { ADA } from '../support/caller';
import { apiThat, CALLS } from '../support/plain-api';
import { errorIfRejected as refusal, SMALL_MAP } from '../support/small-map';
import { tempService } from '../support/temp';

let service: SkillsServiceHandle;

beforeAll(async () => {
  service = await tempService(SMALL_MAP);
});

/** Calls each operation with a valid input. */
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

test('applyInterceptors wraps every operation in THE order, the first interceptor outermost', async () => {
  const log: string[] = [];
  const named =
    (name: string): Interceptor =>
    (operation, next) =>
    async (input, context) => {
      log.push(`${name} ${operation}`);
      return next(input, context);
    };
  const api = applyInterceptors(service.api, named('outer'), named('inner'));
  expect(Object.keys(api)).toEqual(OPERATION_NAMES);
  await callAll(api);
  expect(log).toEqual(OPERATION_NAMES.flatMap((operation) => [`outer ${operation}`, `inner ${operation}`]));
});

test('applyInterceptors passes an empty context on if there is none', async () => {
  const seen: unknown[] = [];
  const api = applyInterceptors(service.api, (_operation, next) => (input, context) => {
    seen.push(context);
    return next(input, context);
  });
  await api.getSkill({ id: 'git' });
  await api.getSkill({ id: 'git' }, { requestId: 'r' });
  expect(seen).toEqual([{}, { requestId: 'r' }]);
});

test('an invalid input never reaches the service', async () => {
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

test('an internal error is logged completely, and the caller gets INTERNAL without its text', async () => {
  const logged: unknown[] = [];
  const internalError = new TypeError('secret path /etc/x');
  const api = guardService(failing(internalError), { log: (error) => logged.push(error) });
  const error = await refusal(api.getSkill({ id: 'git' }));
  expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(logged).toEqual([internalError]);
});

test('an internal error that is thrown synchronously becomes INTERNAL too', async () => {
  const logged: unknown[] = [];
  const broken = { ...service.api, getSkill: undefined as never };
  broken.getSkill = (() => {
    throw new Error('at once');
  }) as never;
  const api = applyInterceptors(
    broken,
    hideInternalErrors((error) => logged.push(error)),
    enforceDeadline,
  );
  for (const context of [undefined, { timeoutMs: 1000 }]) {
    expect(await refusal(api.getSkill({ id: 'git' }, context))).toMatchObject({ code: 'INTERNAL' });
  }
  expect(logged).toHaveLength(2);
});

test('a SkillsError reaches the caller unchanged and is not logged', async () => {
  const error = new SkillsError('UNAVAILABLE', 'STORE_BUSY', 'later', { retryDelayMs: 5 });
  const logged: unknown[] = [];
  const api = guardService(failing(error), { log: (internalError) => logged.push(internalError) });
  await expect(api.getSkill({ id: 'git' })).rejects.toBe(error);
  expect(logged).toEqual([]);
});

test.each([0, -1, Number.NaN])('a timeout of %d ms rejects at once', async (timeoutMs) => {
  expect(await refusal(service.api.getSkill({ id: 'git' }, { timeoutMs }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_EXCEEDED',
  });
});

/** Here every token is ada's. */
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
    const api = guardService(slow, { log: () => undefined, verify });
    // The operation ends after the call has rejected.
    const error = await refusal(CALLS[operation](api, { timeoutMs: 20, token }));
    finish();
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    // A write is aborted, so that it stores nothing; a read has nothing to undo.
    const isWrite = OPERATIONS[operation] === 'write';
    expect(inside?.reason).toEqual(isWrite ? expect.any(SkillsError) : undefined);
  },
);

test('a disconnect of the client aborts a write and not a read', async () => {
  const seen: unknown[] = [];
  const reason = new SkillsError('DEADLINE_EXCEEDED', 'CALLER_GONE', 'The client has disconnected.');
  let controller = new AbortController();
  const api = guardService(
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
    const result = await CALLS[operation](api, { disconnected: () => signal, token }).catch(
      (error: unknown) => error,
    );
    expect(result).toBe(OPERATIONS[operation] === 'write' ? reason : undefined);
  }
  await sleep(20);
  expect(seen).toEqual(OPERATION_NAMES.map((name) => [name, OPERATIONS[name] === 'write']));
});

describe('authentication', () => {
  const seen: unknown[] = [];
  const recording = apiThat(async (_operation, _input, context) => {
    seen.push(context?.caller);
    return undefined as never;
  });
  beforeEach(() => {
    seen.length = 0;
  });

  test('takes the caller from the token, and not from the context', async () => {
    const api = guardService(recording, { verify });
    const caller = { subject: 'eve', scopes: ['skills:write'], learner: true };
    expect(await refusal(CALLS.createSkill(api, { caller }))).toMatchObject({ reason: 'TOKEN_REQUIRED' });
    await CALLS.getSkill(api, { caller });
    await CALLS.createSkill(api, { caller, token });
    expect(seen).toEqual([undefined, { ...ADA, learner: true }]);
  });

  test('rejects every token without a verifier', async () => {
    const api = guardService(recording);
    expect(await refusal(CALLS.getSkill(api, { token }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    expect(await refusal(CALLS.createSkill(api))).toMatchObject({ reason: 'TOKEN_REQUIRED' });
    await CALLS.getSkill(api);
    expect(seen).toEqual([undefined]);
  });

  test('passes on that the keys are UNAVAILABLE', async () => {
    const error = new SkillsError('UNAVAILABLE', 'KEYS_UNAVAILABLE', 'later', { retryDelayMs: 5 });
    const api = guardService(recording, { verify: () => Promise.reject(error) });
    await expect(CALLS.getSkill(api, { token })).rejects.toBe(error);
  });

  test('reports an internal error of the verifier as INTERNAL, and logs it', async () => {
    const logged: unknown[] = [];
    const internalError = new TypeError('broken');
    const api = guardService(recording, {
      verify: () => Promise.reject(internalError),
      log: (e) => logged.push(e),
    });
    expect(await refusal(CALLS.getSkill(api, { token }))).toMatchObject({ code: 'INTERNAL' });
    expect(logged).toEqual([internalError]);
  });

  test('comes before validation, and validation before authorization', async () => {
    const api = guardService(recording, { verify });
    const wrong = { skill: { id: 'Not a slug' } } as never;
    const nobody = guardService(recording);
    expect(await refusal(nobody.createSkill(wrong, { token }))).toMatchObject({ reason: 'TOKEN_INVALID' });
    const malformed = nobody.createSkill(wrong, { token: 'two words' });
    expect(await refusal(malformed)).toMatchObject({ reason: 'TOKEN_MALFORMED' });
    expect(await refusal(api.createSkill(wrong))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

test('a call within its timeout answers', async () => {
  const { signal } = new AbortController();
  const context = { timeoutMs: 10 ** 12, signal };
  expect((await service.api.getSkill({ id: 'git' }, context)).id).toBe('git');
});

test('an aborted call, before or during its run, rejects with the reason of its signal', async () => {
  const reason = new Error('the caller left');
  const logged: unknown[] = [];
  const slow = guardService(
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
