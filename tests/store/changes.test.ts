/** Updates in the store: changed skills, progress, and writes with an idempotency key. */
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

const storedGit = async (): Promise<Skill | undefined> =>
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

test.each(Object.keys(OTHER) as (keyof typeof OTHER)[])(
  'a change of %s stores that field and changes no other',
  async (field) => {
    const changed = { ...git, [field]: OTHER[field] };
    expect(changed[field]).not.toStrictEqual(git[field]);
    await store.commit(0, () => ({ puts: [changed], deletes: [], answer: 0 }));
    expect(await storedGit()).toStrictEqual(changed);
  },
);

test('a removed level stays absent', async () => {
  const { level: _, ...changed } = git;
  await store.commit(0, () => ({ puts: [changed], deletes: [], answer: 0 }));
  expect(await storedGit()).toStrictEqual(changed);
});

test('changesSince and commit report only changes after the given revision', async () => {
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

test('progress is stored per learner in the order of skill ids, and the last status counts', async () => {
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
  expect(await storedGit()).toStrictEqual(git);
  expect(await store.progressOf('ada')).toStrictEqual([]);
});

describe('an idempotency key', () => {
  const withKey = (rest: Partial<IdempotentWrite> = {}): { idempotent: IdempotentWrite } => ({
    idempotent: { caller: 'ada', key: 'k', fingerprint: 'f', time: '2026-02-02T12:00:00.000Z', ...rest },
  });
  const throwIfCalled = () => {
    throw new Error('decided again');
  };
  const answerWith = (answer: unknown) => () => ({ puts: [], deletes: [], answer });

  test.each([undefined, null, 0, '', false, [], { a: [{ b: null }] }, git])(
    'returns the first answer %j again',
    async (answer) => {
      await store.commit(0, answerWith(answer), withKey());
      const { answer: again } = await store.commit(0, throwIfCalled, withKey());
      expect(again).toStrictEqual(answer ?? undefined);
    },
  );

  test('belongs to its caller and to one fingerprint', async () => {
    await store.commit(0, answerWith('ada'), withKey());
    await store.commit(0, answerWith('bob'), withKey({ caller: 'bob' }));
    expect((await store.commit(0, throwIfCalled, withKey())).answer).toBe('ada');
    expect((await store.commit(0, throwIfCalled, withKey({ caller: 'bob' }))).answer).toBe('bob');
    await expect(store.commit(0, throwIfCalled, withKey({ fingerprint: 'other' }))).rejects.toMatchObject({
      ...{ code: 'FAILED_PRECONDITION', reason: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  test.each(HOSTILE.filter(Boolean))('may look like SQL or be long: %j', async (text) => {
    await store.commit(0, answerWith(text), withKey({ key: text, caller: text, fingerprint: text }));
    const { answer } = await store.commit(
      0,
      throwIfCalled,
      withKey({ key: text, caller: text, fingerprint: text }),
    );
    expect(answer).toBe(text);
  });

  test('is not stored when its write fails', async () => {
    await expect(store.commit(0, throwIfCalled, withKey())).rejects.toThrow('decided again');
    const bad = () => ({ puts: [{ ...git, requires: ['nothing'] }], deletes: [], answer: 0 });
    await expect(store.commit(0, bad, withKey())).rejects.toThrow(/FOREIGN KEY/);
    expect((await store.commit(0, answerWith('first'), withKey())).answer).toBe('first');
  });

  test('is deleted from the file after a day', async () => {
    const rows = () => {
      const file = new Database(path.join(folder, FILE_NAME));
      const [row] = file.prepare('SELECT count(*) AS n FROM idempotency').all() as { n: number }[];
      file.close();
      return row?.n;
    };
    for (let n = 0; n < 10; n++) await store.commit(0, answerWith(n), withKey({ key: `k${n}` }));
    expect(rows()).toBe(10);
    await store.commit(0, answerWith(0), withKey({ key: 'last', time: '2026-02-03T12:00:00.000Z' }));
    expect(rows()).toBe(11);
    await store.commit(0, answerWith(0), withKey({ key: 'next', time: '2026-02-03T12:00:00.001Z' }));
    expect(rows()).toBe(2);
  });

  test('is kept across a restart', async () => {
    await store.commit(0, answerWith('first'), withKey());
    await store.close();
    store = await openSqliteStore({ folder, initialData: () => seed });
    expect((await store.commit(0, throwIfCalled, withKey())).answer).toBe('first');
  });
});

test('an aborted write stores nothing, whether aborted before or during the decision', async () => {
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
  expect(await storedGit()).toStrictEqual(git);
  expect(await store.changesSince(0)).toStrictEqual([]);
});

test('only the owner can read the files, even in a folder that others can read', async () => {
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
