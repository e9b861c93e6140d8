/** A skill that is written again: all of it is stored, and the log says it once to each who has not heard of it. */
import type { Skill } from '../../src/contract/model';
import { seedOf } from '../../src/domain/seed';
import { openSqliteStore } from '../../src/store/sqlite';
import type { Store } from '../../src/store/store';
import { SMALL_MAP } from '../support/small-map';
import { tempFolder } from '../support/temp';

const seed = seedOf(SMALL_MAP);
const git = seed.skills.find(({ id }) => id === 'git')!;
let store: Store;
beforeEach(async () => {
  store = await openSqliteStore({ folder: tempFolder(), beginning: () => seed });
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
  await store.commit(0, () => ({ puts: [changed], deletes: [] }));
  expect(await stored()).toStrictEqual(changed);
});

test('a level that was taken away stays away', async () => {
  const { level: _, ...changed } = git;
  await store.commit(0, () => ({ puts: [changed], deletes: [] }));
  expect(await stored()).toStrictEqual(changed);
});

test('the log begins behind the revision that was heard of last', async () => {
  const [first, second] = ['First', 'Second'].map((name) => ({ ...git, name }));
  await store.commit(0, () => ({ puts: [first!], deletes: [] }));
  await store.commit(1, (missed) => {
    expect(missed).toStrictEqual([]);
    return { puts: [second!], deletes: [] };
  });
  expect(await store.changesSince(1)).toStrictEqual([{ revision: 2, puts: [second], deletes: [] }]);
  expect(await store.changesSince(2)).toStrictEqual([]);
});
