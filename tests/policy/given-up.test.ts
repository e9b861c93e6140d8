/** A write that is given up while it waits stores nothing, whoever gave it up and whatever it waited for. */
import path from 'node:path';
import Database from 'libsql';
import type { CallContext } from '../../src/contract/context';
import { OPERATION_NAMES, OPERATIONS, type SkillsApi } from '../../src/contract/skills-api';
import { guard } from '../../src/policy/guard';
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

/** All of them would change something. */
const CHANGES: typeof CALLS = {
  ...CALLS,
  deleteSkill: (api, context) => api.deleteSkill({ id: 'hostile', etag: '*' }, context),
};

let service: RunningService;
let running: Running<Implementations>;
let other: InstanceType<typeof Database>;
let token: string;

/** What the service made of each call that arrived. */
const arrived: Promise<unknown>[] = [];
let arrive: () => void = () => undefined;

/** The call, once it has arrived at the service. */
const sent = async <T>(make: () => Promise<T>): Promise<{ readonly call: Promise<T> }> => {
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const call = make();
  call.catch(() => undefined);
  await reached;
  return { call };
};

beforeAll(async () => {
  service = await runService();
  token = await adaToken(service.value);
  const watched = guard(service.value.api, (_operation, next) => (input, context) => {
    const call = next(input, context);
    arrived.push(call.catch((error: unknown) => error));
    arrive();
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

/** Another process holds the lock, until the service has done with what was sent last. */
const whileLocked = async (work: () => Promise<void>): Promise<void> => {
  other.exec('BEGIN IMMEDIATE');
  try {
    await work();
    await arrived.at(-1);
  } finally {
    other.exec('ROLLBACK');
  }
};

const TABLES = ['skill', 'skill_category', 'skill_relation', 'progress', 'change', 'idempotency', 'state'];

/** What is stored, as another process sees it. */
const stored = (): unknown =>
  TABLES.map((table) => [table, other.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()]);

/** Writes wait for their turn, so one that is answered comes after all that were given up. */
const settled = async (via: Via): Promise<unknown> => {
  await api(via).updateSkill({ id: 'git', etag: '*', patch: {} }, { token });
  return stored();
};

const newSkill = (id: string) => ({ skill: { id, name: 'New', categoryIds: ['tools'] } });

let made = 0;

describe.each(VIAS)('%s:', (via) => {
  test.each(WRITES)(
    '%s that waits for another process until its deadline stores nothing',
    async (operation) => {
      const [before, idempotencyKey] = [stored(), `key-${++made}`];
      await whileLocked(async () => {
        const context = { token, timeoutMs: 150, idempotencyKey };
        const { call } = await sent(() => CHANGES[operation](api(via), context));
        expect(await refusal(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      });
      expect(await settled(via)).toEqual(before);
    },
  );

  test.each(WRITES)('%s that its caller aborts meanwhile stores nothing', async (operation) => {
    const [before, idempotencyKey] = [stored(), `key-${++made}`];
    await whileLocked(async () => {
      const controller = new AbortController();
      const context = { token, signal: controller.signal, idempotencyKey };
      const { call } = await sent(() => CHANGES[operation](api(via), context));
      controller.abort('changed my mind');
      expect(await thrownBy(call)).toBe('changed my mind');
    });
    expect(await settled(via)).toEqual(before);
  });

  test('one that waits for its turn stores nothing, not even its key, and the one before it is stored', async () => {
    const [first, second] = [`first-${via}`, `second-${via}`];
    const create = (id: string, context: CallContext = {}) =>
      api(via).createSkill(newSkill(id), { token, ...context });
    let stays: Promise<unknown> | undefined;
    await whileLocked(async () => {
      stays = (await sent(() => create(first))).call;
      const { call } = await sent(() => create(second, { timeoutMs: 150, idempotencyKey: second }));
      expect(await refusal(call)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    });
    expect(await stays).toMatchObject(newSkill(first).skill);
    await settled(via);
    expect(await refusal(api(via).getSkill({ id: second }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await create(`${second}-other`, { idempotencyKey: second })).toMatchObject({ name: 'New' });
  });
});
