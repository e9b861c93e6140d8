/** The SQLite store on real files: change log, lock, errors. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import type { Skill } from '../../src/contract/model';
import { parseSeed, type Seed } from '../../src/domain/seed';
import { FILE_NAME, openSqliteStore } from '../../src/store/sqlite';
import type { Missed, Store } from '../../src/store/store';
import { errorIfRejected as refusal, SMALL_MAP } from '../support/small-map';
import { tempFolder } from '../support/temp';

const seed = parseSeed(SMALL_MAP);
const stores: Store[] = [];

const open = async (
  folder = tempFolder(),
  options: { busyMsMax?: number; initialData?: () => Seed } = {},
) => {
  const store = await openSqliteStore({ folder, initialData: () => seed, pollMs: 5, ...options });
  stores.push(store);
  return store;
};

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

const git = seed.skills.find(({ id }) => id === 'git')!;
const put = (...puts: Skill[]) => ({ puts, deletes: [], answer: undefined });
const byId = (skills: readonly Skill[]) => skills.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const HOSTILE = [
  `'; DROP TABLE skill; --`,
  `" OR "1"="1`,
  '%_\\%',
  '?1 :name @x $y',
  '\u00A0 ends with spaces  ',
  ']]> &amp; <b>',
  '日本語 👩‍👩‍👧 שלום',
  '{"json":[1]}',
  '',
  'line\nline\ttab',
];

test('a closed store keeps everything in one file, which can be copied', async () => {
  const folder = tempFolder();
  const store = await open(folder);
  await store.close();
  const copy = tempFolder();
  copyFileSync(path.join(folder, FILE_NAME), path.join(copy, FILE_NAME));
  const { skills } = await (await open(copy, { initialData: () => ({ ...seed, skills: [] }) })).load();
  expect(byId(skills)).toStrictEqual(byId(seed.skills));
});

test('load returns the seed, field for field', async () => {
  const { skills, categories, revision } = await (await open()).load();
  expect(byId(skills)).toStrictEqual(byId(seed.skills));
  expect(categories).toEqual(expect.arrayContaining([...seed.categories]));
  expect(revision).toBe(0);
});

test('a catalogue of 3000 skills is stored unchanged, and the seed is read only once', async () => {
  const map = parseSeed(generateSkillMap(3000));
  const folder = tempFolder();
  await open(folder, { initialData: () => map });
  const throwIfCalled = () => {
    throw new Error('called again');
  };
  const again = await open(folder, { initialData: throwIfCalled });
  expect(byId((await again.load()).skills)).toStrictEqual(byId(map.skills));
});

test('text that looks like SQL is stored as text in every column', async () => {
  const folder = tempFolder();
  const store = await open(folder);
  const hostile = HOSTILE.map((text, index) => ({
    ...{ ...git, id: `h${index}`, name: text, summary: text, tags: [text], aliases: [text, `${text}2`] },
    ...{ demonstrations: [{ path: text, note: text }], createTime: text, updateTime: text, etag: text },
  }));
  await store.commit(0, () => put(...hostile));
  const { skills } = await (await open(folder)).load();
  expect(byId(skills.filter(({ id }) => id.startsWith('h')))).toStrictEqual(hostile);
  expect(await store.changesSince(0)).toStrictEqual([{ revision: 1, puts: hostile, deletes: [] }]);
});

test('ids that look like SQL are stored and deleted as ids', async () => {
  const store = await open();
  const odd = HOSTILE.map((id) => ({ ...git, id }));
  await store.commit(0, () => put(...odd));
  await store.commit(1, () => ({ puts: [], deletes: HOSTILE, answer: 0 }));
  expect((await store.load()).skills).toHaveLength(seed.skills.length);
});

test('commit passes missed changes on, numbers revisions without gaps, and stores changed references', async () => {
  const folder = tempFolder();
  const [one, two] = [await open(folder), await open(folder)];
  const changed = { ...git, requires: ['cafe'], related: ['bash'], categoryIds: ['compiled', 'tools'] };
  await one.commit(0, (missed, revision) => {
    expect([missed, revision]).toEqual([[], 1]);
    return put(changed);
  });
  const seen: Missed[] = [];
  await two.commit(0, (missed) => {
    seen.push(missed);
    return { puts: [], deletes: ['actions'], answer: 0 };
  });
  expect(seen).toStrictEqual([[{ revision: 1, puts: [changed], deletes: [] }]]);
  expect(await one.changesSince(0)).toStrictEqual([{ revision: 2, puts: [changed], deletes: ['actions'] }]);
  const { skills, revision } = await one.load();
  expect(revision).toBe(2);
  expect(skills.find(({ id }) => id === 'git')).toStrictEqual(changed);
});

test('a decision that throws or is empty stores nothing', async () => {
  const store = await open();
  const stop = store.commit(0, () => {
    throw new Error('no');
  });
  await expect(stop).rejects.toThrow('no');
  expect(await store.commit(0, () => ({ ...put(), extra: 1 }))).toStrictEqual({ ...put(), extra: 1 });
  await store.commit(0, (_missed, revision) => {
    expect(revision).toBe(1);
    return put({ ...git, name: 'Got' });
  });
  expect(await store.changesSince(0)).toHaveLength(1);
});

test('the database rejects a write with a reference to an unknown skill as a whole', async () => {
  const store = await open();
  await expect(
    store.commit(0, () => put({ ...git, name: 'Got' }, { ...git, id: 'x', requires: ['y'] })),
  ).rejects.toThrow(/FOREIGN KEY/);
  await expect(store.commit(0, () => ({ puts: [], deletes: ['git'], answer: 0 }))).rejects.toThrow(
    /FOREIGN KEY/,
  );
  const { skills, revision } = await store.load();
  expect(skills.find(({ id }) => id === 'git')?.name).toBe('Git');
  expect(revision).toBe(0);
});

test('a write waits while another process holds the lock, then rejects with STORE_BUSY, and later writes succeed', async () => {
  const folder = tempFolder();
  const store = await open(folder, { busyMsMax: 250 });
  const other = new Database(path.join(folder, FILE_NAME));
  let turns = 0;
  for (let round = 0; round < 3; round++) {
    other.exec('BEGIN IMMEDIATE');
    const timer = setInterval(() => turns++, 5);
    expect(await refusal(store.commit(0, () => put(git)))).toMatchObject({
      ...{ code: 'UNAVAILABLE', reason: 'STORE_BUSY', details: { retryDelayMs: expect.any(Number) } },
    });
    clearInterval(timer);
    other.exec(`UPDATE category SET summary = 'round ${round}'`);
    other.exec('COMMIT');
    expect((await store.load()).categories[0]?.summary).toBe(`round ${round}`);
    await store.commit(round, () => put({ ...git, name: `Git ${round}` }));
  }
  // In all rounds together: a busy machine can stop this process for longer than one of them.
  expect(turns).toBeGreaterThan(0);
  other.close();
});

test('watch reports changes of other processes until it is stopped, and no empty writes', async () => {
  const folder = tempFolder();
  const [one, two] = [await open(folder), await open(folder)];
  let notifications = 0;
  const stop = one.watch(() => notifications++);
  await two.commit(0, () => put());
  await sleep(30);
  expect(notifications).toBe(0);
  await two.commit(0, () => put({ ...git, name: 'Got' }));
  for (const end = Date.now() + 2000; notifications === 0 && Date.now() < end; ) await sleep(5);
  expect(notifications).toBe(1);
  stop();
  await two.commit(1, () => put(git));
  await sleep(30);
  expect(notifications).toBe(1);
});

const openError = async (folder: string): Promise<string> => {
  const error = await open(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const message = error instanceof Error ? error.message : 'opened';
  expect(message).not.toContain('\n');
  expect(message).toContain(folder);
  return message;
};

test('an unusable data folder is reported in one line', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'file'), '');
  expect(await openError(path.join(folder, 'file'))).toMatch(/EEXIST|ENOTDIR/);
  expect(await openError(path.join(folder, 'file', 'below'))).toMatch(/ENOTDIR/);
  mkdirSync(path.join(folder, 'a', FILE_NAME), { recursive: true });
  await openError(path.join(folder, 'a'));
  mkdirSync(path.join(folder, 'b'));
  writeFileSync(path.join(folder, 'b', FILE_NAME), 'not a database '.repeat(100));
  expect(await openError(path.join(folder, 'b'))).toMatch(/not a database/);
});

test('a database of a newer version is reported in one line', async () => {
  const folder = tempFolder();
  await open(folder);
  const file = new Database(path.join(folder, FILE_NAME));
  file.exec(`INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2099-01-01')`);
  file.close();
  expect(await openError(folder)).toMatch(
    /has the schema 9999-from-the-future of a newer program; this one has \S+ and must be updated/,
  );
});

test('after an invalid seed the folder can be opened with a valid one', async () => {
  const folder = tempFolder();
  const bad = () => {
    throw new Error('bad seed');
  };
  await expect(open(folder, { initialData: bad })).rejects.toThrow('bad seed');
  expect((await (await open(folder)).load()).skills).toHaveLength(seed.skills.length);
});

test('libsql returns values as docs/decisions/0001 describes', () => {
  const file = new Database(path.join(tempFolder(), 'x.sqlite'));
  const statement = file.prepare('SELECT 1 AS number, 9007199254740991 AS large, NULL AS empty');
  const [row] = statement.all();
  expect(row).toStrictEqual({ number: 1, large: Number.MAX_SAFE_INTEGER, empty: null });
  // A plain object, of Jest's realm or of Node's.
  expect(Object.getPrototypeOf(Object.getPrototypeOf(row))).toBeNull();
  expect(statement.reader).toBe(true);
  expect(file.prepare('CREATE TABLE t (a)').reader).toBe(false);
  expect(file.pragma('synchronous')).toEqual([{ synchronous: 2 }]);
  file.close();
});
