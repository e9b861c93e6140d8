/** What is written again: a skill, all of which is stored and logged; progress; and a write that comes with its key. */
import { chmodSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import type { Progress, Skill } from '../../src/contract/model';
import { parseSeed } from '../../src/domain/seed';
import { FILE_NAME, openSqliteStore } from '../../src/store/sqlite';
import type { IdempotentWrite, Store } from '../../src/store/store';
import { SMALL_MAP } from '../support/small-map';
import { tempFolder } from '../support/temp';

const seed = parseSeed(SMALL_MAP);
const git = seed.skills.find(({ id }) => id === 'git')!;
let store: Store;
let folder: string;
beforeEach(async () => {
  folder = tempFolder();
  store = await openSqliteStore({ folder, initialData: () => seed });
});
afterEach(() => store.close());

const stored = async (): Promise<Skill | undefined> =>
  (await store.load()).skills.find(({ id }) => id === 'git');

const OTHER: Omit<Skill, 'id'> = {
  name: 'Other',
  summary: 'Other.',
  categoryIds: ['compiled', 'tools'],
  tags: ['other'],
  level: 'ADVANCED',
  requires: ['cafe'],
  related: ['bash'],
  aliases: ['Another'],
  demonstrations: [{ path: 'other', note: 'Another.' }],
  createTime: '2026-02-02T00:00:00.000Z',
  updateTime: '2026-02-03T00:00:00.000Z',
  etag: 'other',
};

test.each(Object.keys(OTHER) as (keyof typeof OTHER)[])('a changed %s is stored, alone', async (field) => {
  const changed = { ...git, [field]: OTHER[field] };
  expect(changed[field]).not.toStrictEqual(git[field]);
  await store.commit(0, () => ({ puts: [changed], deletes: [], answer: 0 }));
  expect(await stored()).toStrictEqual(changed);
});

test('a level that was taken away stays away', async () => {
  const { level: _, ...changed } = git;
  await store.commit(0, () => ({ puts: [changed], deletes: [], answer: 0 }));
  expect(await stored()).toStrictEqual(changed);
});

test('the log begins behind the revision that was heard of last', async () => {
  const [first, second] = ['First', 'Second'].map((name) => ({ ...git, name }));
  await store.commit(0, () => ({ puts: [first!], deletes: [], answer: 0 }));
  await store.commit(1, (missed) => {
    expect(missed).toStrictEqual([]);
    return { puts: [second!], deletes: [], answer: 0 };
  });
  expect(await store.changesSince(1)).toStrictEqual([{ revision: 2, puts: [second], deletes: [] }]);
  expect(await store.changesSince(2)).toStrictEqual([]);
});

const HOSTILE = [`'; DROP TABLE progress; --`, 'a%', '', '日本語', 'x'.repeat(5000)];
const [FIRST_TIME, LAST_TIME] = ['2026-02-02T00:00:00.000Z', '2026-02-03T00:00:00.000Z'];

const learn = (learner: string, skillId: string, status: Progress['status'], updateTime = FIRST_TIME) =>
  store.commit(0, () => ({
    ...{ puts: [], deletes: [], answer: 0 },
    progress: { learner, skillId, status, updateTime },
  }));

test('progress is by learner, whatever they are called, by skill id, and the last word counts', async () => {
  for (const learner of HOSTILE) {
    await learn(learner, 'git', 'PLANNED');
    await learn(learner, 'bash', 'LEARNED');
    await learn(learner, 'git', 'LEARNING', LAST_TIME);
    expect(await store.progressOf(learner)).toStrictEqual([
      { skillId: 'bash', status: 'LEARNED', updateTime: FIRST_TIME },
      { skillId: 'git', status: 'LEARNING', updateTime: LAST_TIME },
    ]);
  }
  expect(await store.progressOf('nobody')).toStrictEqual([]);
  expect((await store.load()).revision).toBe(0);
});

test('progress is stored with the skills of its write or not at all', async () => {
  const progress = { learner: 'ada', skillId: 'nothing', status: 'LEARNED', updateTime: FIRST_TIME } as const;
  const puts = [{ ...git, name: 'Got' }];
  await expect(store.commit(0, () => ({ puts, deletes: [], progress, answer: 0 }))).rejects.toThrow(
    /FOREIGN KEY/,
  );
  expect(await stored()).toStrictEqual(git);
  expect(await store.progressOf('ada')).toStrictEqual([]);
});

describe('a key', () => {
  const keyed = (rest: Partial<IdempotentWrite> = {}): { keyed: IdempotentWrite } => ({
    keyed: { caller: 'ada', key: 'k', fingerprint: 'f', time: '2026-02-02T12:00:00.000Z', ...rest },
  });
  const never = () => {
    throw new Error('decided again');
  };
  const answering = (answer: unknown) => () => ({ puts: [], deletes: [], answer });

  test.each([undefined, null, 0, '', false, [], { a: [{ b: null }] }, git])(
    'gives back the answer %j',
    async (answer) => {
      await store.commit(0, answering(answer), keyed());
      const { answer: again } = await store.commit(0, never, keyed());
      expect(again).toStrictEqual(answer ?? undefined);
    },
  );

  test('is of its caller, and of one fingerprint', async () => {
    await store.commit(0, answering('ada'), keyed());
    await store.commit(0, answering('bob'), keyed({ caller: 'bob' }));
    expect((await store.commit(0, never, keyed())).answer).toBe('ada');
    expect((await store.commit(0, never, keyed({ caller: 'bob' }))).answer).toBe('bob');
    await expect(store.commit(0, never, keyed({ fingerprint: 'other' }))).rejects.toMatchObject({
      ...{ code: 'FAILED_PRECONDITION', reason: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  test.each(HOSTILE.filter(Boolean))('that looks like something else is a key: %j', async (text) => {
    await store.commit(0, answering(text), keyed({ key: text, caller: text, fingerprint: text }));
    const { answer } = await store.commit(0, never, keyed({ key: text, caller: text, fingerprint: text }));
    expect(answer).toBe(text);
  });

  test('goes with what it came with: neither is stored where the decision throws', async () => {
    await expect(store.commit(0, never, keyed())).rejects.toThrow('decided again');
    const bad = () => ({ puts: [{ ...git, requires: ['nothing'] }], deletes: [], answer: 0 });
    await expect(store.commit(0, bad, keyed())).rejects.toThrow(/FOREIGN KEY/);
    expect((await store.commit(0, answering('first'), keyed())).answer).toBe('first');
  });

  test('is gone from the file a day after, so that the file does not grow for ever', async () => {
    const rows = () => {
      const file = new Database(path.join(folder, FILE_NAME));
      const [row] = file.prepare('SELECT count(*) AS n FROM idempotency').all() as { n: number }[];
      file.close();
      return row?.n;
    };
    for (let n = 0; n < 10; n++) await store.commit(0, answering(n), keyed({ key: `k${n}` }));
    expect(rows()).toBe(10);
    await store.commit(0, answering(0), keyed({ key: 'last', time: '2026-02-03T12:00:00.000Z' }));
    expect(rows()).toBe(11);
    await store.commit(0, answering(0), keyed({ key: 'next', time: '2026-02-03T12:00:00.001Z' }));
    expect(rows()).toBe(2);
  });

  test('is there after a restart', async () => {
    await store.commit(0, answering('first'), keyed());
    await store.close();
    store = await openSqliteStore({ folder, initialData: () => seed });
    expect((await store.commit(0, never, keyed())).answer).toBe('first');
  });
});

test('a write that was aborted stores nothing, wherever it had come to', async () => {
  const before = new AbortController();
  before.abort('before');
  const put = () => ({ puts: [{ ...git, name: 'Got' }], deletes: [], answer: 0 });
  await expect(store.commit(0, put, { signal: before.signal })).rejects.toBe('before');
  const during = new AbortController();
  const aborting = () => {
    during.abort('during');
    return put();
  };
  await expect(store.commit(0, aborting, { signal: during.signal })).rejects.toBe('during');
  expect(await stored()).toStrictEqual(git);
  expect(await store.changesSince(0)).toStrictEqual([]);
});

test('the file is for nobody else to read, though its folder is', async () => {
  const open = tempFolder();
  chmodSync(open, 0o755);
  const other = await openSqliteStore({ folder: open, initialData: () => seed });
  await other.commit(0, () => ({ puts: [{ ...git, name: 'Got' }], deletes: [], answer: 0 }));
  const names = readdirSync(open);
  expect(names).toContain(FILE_NAME);
  expect(names.map((name) => [name, statSync(path.join(open, name)).mode & 0o077])).toEqual(
    names.map((name) => [name, 0]),
  );
  await other.close();
});
