/** Several processes on one file: killed at random moments, started together, writing at the same time. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyChange, createCatalogue } from '../../src/domain/change';
import { parseSeed } from '../../src/domain/seed';
import { openSqliteStore } from '../../src/store/sqlite';
import type { Change } from '../../src/store/store';
import { SMALL_MAP } from '../support/small-map';
import { tempFolder, tempService } from '../support/temp';

const start = (task: string, folder: string, name = '', count = 0): ChildProcess =>
  fork(path.join(__dirname, 'writer.ts'), [task, folder, name, String(count)], {
    execArgv: ['--require', 'tsx/cjs'],
  });

const nextMessage = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0];

const kill = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

const seed = parseSeed(SMALL_MAP);

/** Checks that the rows equal the seed with the log applied; returns the revision. */
const checkLog = async (folder: string): Promise<number> => {
  const store = await openSqliteStore({ folder, initialData: () => seed });
  const { skills, categories, revision } = await store.load();
  const changes = (await store.changesSince(0)) as readonly Change[];
  await store.close();
  expect(changes.map((change) => change.revision)).toEqual(revision > 0 ? [revision] : []);
  const replayed = changes.reduce(applyChange, createCatalogue(seed.categories, seed.skills, 0));
  expect(createCatalogue(categories, skills, revision).list({})).toStrictEqual(replayed.list({}));
  return revision;
};

test('an acknowledged write survives kill -9, and an unfinished write is stored completely or not at all', async () => {
  const folder = tempFolder();
  for (let round = 0; round < 4; round++) {
    const child = start('endless', folder, `round${round}`);
    let acknowledged = -1;
    child.on('message', (message) => {
      if (typeof message === 'number') acknowledged = message;
    });
    await nextMessage(child);
    await sleep(20 + Math.random() * 150);
    await kill(child);
    expect(await checkLog(folder)).toBeGreaterThanOrEqual(4 * (acknowledged + 1));
    const { api, close } = await tempService(undefined, folder);
    for (let n = 0; n <= acknowledged; n++) {
      await expect(api.getSkill({ id: `round${round}-${n}-y` })).resolves.toMatchObject({ related: ['git'] });
    }
    await close();
  }
});

test('processes that start together on an empty folder share one seed and one page-token key', async () => {
  const folder = tempFolder();
  const children = [1, 2, 3].map(() => start('create', path.join(folder, 'new', 'folder')));
  const tokens = await Promise.all(
    children.map(async (child) => {
      const exit = once(child, 'exit');
      expect(await nextMessage(child)).toBe('open');
      const token = await nextMessage(child);
      expect(await exit).toEqual([0, null]);
      return token;
    }),
  );
  expect(new Set(tokens).size).toBe(1);
  expect(await checkLog(path.join(folder, 'new', 'folder'))).toBe(0);
});

test('processes that send the same writes with the same idempotency keys apply each write once', async () => {
  const folder = tempFolder();
  const children = [1, 2, 3].map(() => start('keyed', folder, '', 20));
  const answers = await Promise.all(
    children.map(async (child) => {
      const exit = once(child, 'exit');
      expect(await nextMessage(child)).toBe('open');
      const made = await nextMessage(child);
      expect(await exit).toEqual([0, null]);
      return made;
    }),
  );
  expect(answers).toStrictEqual([answers[0], answers[0], answers[0]]);
  expect(await checkLog(folder)).toBe(2 * 20);
});

test('processes that write at the same time lose no write and see all writes of each other', async () => {
  const folder = tempFolder();
  const { api, graph } = await tempService(SMALL_MAP, folder);
  await api.updateSkill({ id: 'git', etag: '*', patch: { summary: '0' } });
  const exits = [
    start('create', folder, 'one', 40),
    start('create', folder, 'two', 40),
    start('increment', folder, '', 40),
    start('increment', folder, '', 40),
  ].map((child) => once(child, 'exit'));
  for (let n = 0; n < 40; n++)
    await api.createSkill({ skill: { id: `here-${n}`, name: 'H', categoryIds: ['tools'] } });
  for (const exit of exits) expect(await exit).toEqual([0, null]);
  expect(await checkLog(folder)).toBe(1 + 5 * 40);

  const deadline = Date.now() + 5000;
  const isSeen = () =>
    graph().skill('git')?.summary === '80' && graph().skill('one-39') && graph().skill('two-39');
  while (!isSeen() && Date.now() < deadline) await sleep(10);
  expect(graph().skill('git')?.summary).toBe('80');
  expect((await api.listSkills({})).totalSize).toBe(SMALL_MAP.skills.length + 3 * 40);
});
