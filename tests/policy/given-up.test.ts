/** Abandoned writes: a write that ends by its deadline or an abort while it waits stores nothing. */
import path from 'node:path';
import Database from 'libsql';
import type { CallContext } from '../../src/contract/context';
import { OPERATION_NAMES, OPERATIONS, type SkillsApi } from '../../src/contract/skills-api';
import { applyInterceptors } from '../../src/policy/guard';
import { FILE_NAME } from '../../src/store/sqlite';
import { adaToken } from '../support/caller';
import {
  type Implementations,
  type Running,
  type RunningService,
  serveOverAll as runOverEach,
  startService as runService,
  IMPLEMENTATION_NAMES as VIAS,
  type ImplementationName as Via,
} from '../support/implementations';
import { errorOf as refusal, rejectionReason as thrownBy } from '../support/outcome';
import { CALLS } from '../support/plain-api';

const WRITES = OPERATION_NAMES.filter((name) => OPERATIONS[name] === 'write');

/** Inputs with which each write changes something. */
const CHANGES: typeof CALLS = {
  ...CALLS,
  deleteSkill: (api, context) => api.deleteSkill({ id: 'hostile', etag: '*' }, context),
};

let service: RunningService;
let running: Running<Implementations>;
let other: InstanceType<typeof Database>;
let token: string;

/** The result of each call that reached the service. */
const results: Promise<unknown>[] = [];
let notifyReached: () => void = () => undefined;

/** Starts a call and waits until it has reached the service. */
const startCall = async <T>(make: () => Promise<T>): Promise<{ readonly call: Promise<T> }> => {
  const reached = new Promise<void>((resolve) => {
    notifyReached = resolve;
  });
  const call = make();
  call.catch(() => undefined);
  await reached;
  return { call };
};

beforeAll(async () => {
  service = await runService();
  token = await adaToken(service.value);
  const watched = applyInterceptors(service.value.api, (_operation, next) => (input, context) => {
    const call = next(input, context);
    results.push(call.catch((error: unknown) => error));
    notifyReached();
    return call;
  });
  running = await runOverEach(watched, service.value.graph);
  other = new Database(path.join(service.dataFolder, FILE_NAME));
});
afterAll(async () => {
  other.close();
  await running.stop();
  await service.stop();
});

const api = (via: Via): SkillsApi => running.value[via];

/** Runs `work` while another process holds the lock, and waits for the last call before it releases the lock. */
const whileLocked = async (work: () => Promise<void>): Promise<void> => {
  other.exec('BEGIN IMMEDIATE');
  try {
    await work();
    await results.at(-1);
  } finally {
    other.exec('ROLLBACK');
  }
};

const TABLES = ['skill', 'skill_category', 'skill_relation', 'progress', 'change', 'idempotency', 'state'];

/** All rows, as another process reads them. */
const readRows = (): unknown =>
  TABLES.map((table) => [table, other.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]);

/** All rows after one more write: writes run in sequence, so all abandoned ones are over by then. */
const rowsAfterQueue = async (via: Via): Promise<unknown> => {
  await api(via).updateSkill({ id: 'git', etag: '*', patch: {} }, { token });
  return readRows();
};

const newSkill = (id: string) => ({ skill: { id, name: 'New', categoryIds: ['tools'] } });

let made = 0;

describe.each(VIAS)('%s:', (via) => {
  test.each(WRITES)(
    '%s that waits for another process until its deadline stores nothing',
    async (operation) => {
      const [before, idempotencyKey] = [readRows(), `key-${++made}`];
      await whileLocked(async () => {
        const context = { token, timeoutMs: 150, idempotencyKey };
        const { call } = await startCall(() => CHANGES[operation](api(via), context));
        expect(await refusal(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      });
      expect(await rowsAfterQueue(via)).toEqual(before);
    },
  );

  test.each(WRITES)('%s that its client aborts while it waits stores nothing', async (operation) => {
    const [before, idempotencyKey] = [readRows(), `key-${++made}`];
    await whileLocked(async () => {
      const controller = new AbortController();
      const context = { token, signal: controller.signal, idempotencyKey };
      const { call } = await startCall(() => CHANGES[operation](api(via), context));
      controller.abort('changed my mind');
      expect(await thrownBy(call)).toBe('changed my mind');
    });
    expect(await rowsAfterQueue(via)).toEqual(before);
  });

  test('a write behind another write stores nothing, not even its idempotency key, and the first write is stored', async () => {
    const [first, second] = [`first-${via}`, `second-${via}`];
    const create = (id: string, context: CallContext = {}) =>
      api(via).createSkill(newSkill(id), { token, ...context });
    let firstCall: Promise<unknown> | undefined;
    await whileLocked(async () => {
      firstCall = (await startCall(() => create(first))).call;
      const { call } = await startCall(() => create(second, { timeoutMs: 150, idempotencyKey: second }));
      expect(await refusal(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    });
    expect(await firstCall).toMatchObject(newSkill(first).skill);
    await rowsAfterQueue(via);
    expect(await refusal(api(via).getSkill({ id: second }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await create(`${second}-other`, { idempotencyKey: second })).toMatchObject({ name: 'New' });
  });
});
