/** Updates in the store: changed skills, progress, and writes with an idempotency key. */
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import type { Progress, Skill } from '../../src/contract/model';
import { parseSeed } from '../../src/domain/seed';
import { FILE_NAME, openSqliteStore } from '../../src/store/sqlite';
import type { IdempotentWrite, Retention, Store } from '../../src/store/store';
import { SMALL_MAP } from '../support/small-map';
import { tempFolder } from '../support/temp';

const seed = parseSeed(SMALL_MAP);
const skillOf = (id: string): Skill => seed.skills.find((skill) => skill.id === id)!;
const [git, bash, cafe] = [skillOf('git'), skillOf('bash'), skillOf('cafe')];
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

const rename = (skill: Skill, name: string) => ({ puts: [{ ...skill, name }], deletes: [], answer: 0 });

test('changesSince and commit report only changes after the given revision', async () => {
  await store.commit(0, () => rename(bash, 'First'));
  await store.commit(1, (missed) => {
    expect(missed).toStrictEqual([]);
    return rename(git, 'Second');
  });
  const puts = [{ ...git, name: 'Second' }];
  expect(await store.changesSince(1)).toStrictEqual([{ revision: 2, puts, deletes: [] }]);
  await store.commit(1, (missed) => {
    expect(missed).toStrictEqual([{ revision: 2, puts, deletes: [] }]);
    return { puts: [], deletes: [], answer: 0 };
  });
  expect(await store.changesSince(2)).toStrictEqual([]);
});

describe('the change log', () => {
  const changedSkills = () => {
    const file = new Database(path.join(folder, FILE_NAME));
    const rows = file.prepare('SELECT skill_id FROM change ORDER BY revision').all() as {
      skill_id: string;
    }[];
    file.close();
    return rows.map(({ skill_id }) => skill_id);
  };
  const reopen = async (retention: Retention) => {
    await store.close();
    store = await openSqliteStore({ folder, initialData: () => seed, retention });
  };

  test('has one entry for each changed skill, however often it changes', async () => {
    for (let n = 0; n < 50; n++) await store.commit(n, () => rename(git, `Git ${n}`));
    expect(changedSkills()).toEqual(['git']);
    const size = () => statSync(path.join(folder, FILE_NAME)).size;
    await reopen({ days: 7, changesMax: 100_000 });
    const before = size();
    for (let n = 0; n < 50; n++) await store.commit(50 + n, () => rename(git, `Git ${n}`));
    await reopen({ days: 7, changesMax: 100_000 });
    expect(size()).toBe(before);
  });

  test('is pruned by age; a process that was away for longer loads the whole catalogue', async () => {
    await store.commit(0, () => rename(bash, 'Old'), { time: '2026-02-01T00:00:00.000Z' });
    await store.commit(1, () => ({ puts: [], deletes: ['actions'], answer: 0 }), {
      time: '2026-02-05T00:00:00.000Z',
    });
    expect(await store.prune('2026-02-08T00:00:00.000Z')).toBe(false);
    expect(changedSkills()).toEqual(['bash', 'actions']);
    expect(await store.prune('2026-02-08T00:00:00.001Z')).toBe(false);
    expect(changedSkills()).toEqual(['actions']);
    expect(await store.changesSince(1)).toStrictEqual([{ revision: 2, puts: [], deletes: ['actions'] }]);
    const { pageTokenSecret: _, ...catalogue } = await store.load();
    expect(await store.changesSince(0)).toStrictEqual(catalogue);
    await store.commit(0, (missed) => {
      expect(missed).toStrictEqual(catalogue);
      return { puts: [], deletes: [], answer: 0 };
    });
  });

  test('is pruned by the number of writes, oldest first', async () => {
    await reopen({ days: 7, changesMax: 2 });
    await store.commit(0, () => rename(bash, 'First'));
    await store.commit(1, () => rename(git, 'Second'));
    await store.commit(2, () => rename(bash, 'Third'));
    await store.commit(3, () => rename(cafe, 'Fourth'));
    expect(changedSkills()).toEqual(['git', 'bash', 'cafe']);
    expect(await store.prune(new Date().toISOString())).toBe(false);
    expect(changedSkills()).toEqual(['bash', 'cafe']);
    expect(await store.changesSince(1)).toHaveProperty('skills');
    expect(await store.changesSince(2)).toHaveProperty([0, 'revision'], 4);
  });

  test('has no gap after the clock was set back', async () => {
    await store.commit(0, () => rename(bash, 'Later'), { time: '2026-03-01T00:00:00.000Z' });
    await store.commit(1, () => rename(git, 'Earlier'), { time: '2026-02-01T00:00:00.000Z' });
    await store.prune('2026-02-20T00:00:00.000Z');
    expect(changedSkills()).toEqual([]);
    expect(await store.changesSince(0)).toHaveProperty('skills');
    expect(await store.changesSince(2)).toStrictEqual([]);
  });

  test('is pruned in several steps if much has expired', async () => {
    const skills = Array.from({ length: 1001 }, (_, n) => ({ ...git, id: `many-${n}` }));
    for (const [n, skill] of skills.entries())
      await store.commit(n, () => rename(skill, 'Many'), { time: '2026-02-01T00:00:00.000Z' });
    expect(await store.prune('2026-03-01T00:00:00.000Z')).toBe(true);
    expect(changedSkills()).toEqual(['many-1000']);
    expect(await store.prune('2026-03-01T00:00:00.000Z')).toBe(false);
    expect(changedSkills()).toEqual([]);
  });
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

  test('is deleted from the file by pruning after a day', async () => {
    const rows = () => {
      const file = new Database(path.join(folder, FILE_NAME));
      const [row] = file.prepare('SELECT count(*) AS n FROM idempotency').all() as { n: number }[];
      file.close();
      return row?.n;
    };
    for (let n = 0; n < 10; n++) await store.commit(0, answerWith(n), withKey({ key: `k${n}` }));
    expect(rows()).toBe(10);
    expect(await store.prune('2026-02-03T12:00:00.000Z')).toBe(false);
    expect(rows()).toBe(10);
    expect(await store.prune('2026-02-03T12:00:00.001Z')).toBe(false);
    expect(rows()).toBe(0);
  });

  test('can be used for another write after a day', async () => {
    await store.commit(0, answerWith('first'), withKey());
    const later = withKey({ fingerprint: 'other', time: '2026-02-03T12:00:00.001Z' });
    expect((await store.commit(0, answerWith('second'), later)).answer).toBe('second');
    expect((await store.commit(0, throwIfCalled, later)).answer).toBe('second');
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

test('a new folder has a .gitignore for all its files, and an existing folder is not changed', async () => {
  const made = path.join(folder, 'new');
  const other = await openSqliteStore({ folder: made, initialData: () => seed });
  expect(readFileSync(path.join(made, '.gitignore'), 'utf8')).toBe('*\n');
  expect(readdirSync(folder)).not.toContain('.gitignore');
  await other.close();
});

test('a signing key is created at its first use and stays the same', async () => {
  expect(await store.trustedKeys()).toStrictEqual([]);
  const [one, two] = await Promise.all([store.signingKey(), store.signingKey()]);
  expect(two).toStrictEqual(one);
  const { d: _, ...publicKey } = one;
  expect(await store.trustedKeys()).toStrictEqual([publicKey]);
});

test('a replaced signing key loses its private half, and is trusted until a given time', async () => {
  const old = await store.signingKey();
  const next = await store.rotateSigningKey('2999-01-01T00:00:00.000Z');
  expect(next.kid).not.toBe(old.kid);
  expect(await store.signingKey()).toStrictEqual(next);
  expect((await store.trustedKeys()).map(({ kid }) => kid).sort()).toEqual([old.kid, next.kid].sort());
  const last = await store.rotateSigningKey('2001-01-01T00:00:00.000Z');
  expect((await store.trustedKeys()).map(({ kid }) => kid).sort()).toEqual([old.kid, last.kid].sort());
  const file = new Database(path.join(folder, FILE_NAME));
  const rows = file.prepare('SELECT kid FROM signing_key WHERE jwk LIKE \'%"d"%\'').all();
  file.close();
  expect(rows).toMatchObject([{ kid: last.kid }]);
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
