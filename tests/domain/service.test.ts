/** The rules of SkillsApi on a real SQLite file; tests/contract has the answers that all protocols share. */

import { openService, type SkillsServiceHandle } from '../../src/app/service';
import type { NewSkill } from '../../src/contract/model';
import { SKILL_FIELDS } from '../../src/contract/model';
import { asAda } from '../support/caller';
import { ids, errorIfRejected as refusal, SMALL_MAP } from '../support/small-map';
import { steppingClock, tempFolder, tempService } from '../support/temp';

let service: SkillsServiceHandle;
const api = () => service.api;

beforeEach(async () => {
  service = await tempService(SMALL_MAP);
});

const newSkill = (rest: Partial<NewSkill> = {}) => ({
  skill: { id: 'new', name: 'New', categoryIds: ['tools'], ...rest },
});

const violationsAt = (...fields: string[]) => ({
  violations: fields.map((field) => expect.objectContaining({ field })),
});

test('reads answer after the store is closed', async () => {
  await service.close();
  const calls = [
    api().listCategories({}),
    api().getCategory({ id: 'tools' }),
    api().getSkill({ id: 'git' }),
    api().listSkills({ text: 'git', category: 'tools' }),
    api().batchGetSkills({ ids: ['git'] }),
    api().getLearningPath({ id: 'actions' }, { token: undefined }),
  ];
  await expect(Promise.all(calls)).resolves.toHaveLength(6);
  expect(service.graph().skill('git')?.name).toBe('Git');
});

test("a read without fields returns the catalogue's own object, so that its bytes can be cached", async () => {
  const git = service.graph().skill('git');
  expect(await api().getSkill({ id: 'git' })).toBe(git);
  expect(await api().getSkill({ id: 'git', fields: [] })).toBe(git);
  expect((await api().listSkills({ text: 'vcs' })).items[0]).toBe(git);
});

test('requested fields come in the order of the model, and absent ones stay absent', async () => {
  const all = await api().getSkill({ id: 'git', fields: SKILL_FIELDS.toReversed() });
  expect(Object.keys(all)).toEqual(SKILL_FIELDS);
  expect(await api().getSkill({ id: 'bash', fields: ['level', 'id'] })).toStrictEqual({ id: 'bash' });
  const {
    items: [first],
  } = await api().listCategories({ fields: ['position', 'parentId', 'id'] });
  expect(Object.entries(first!)).toEqual([
    ['id', 'languages'],
    ['position', 1],
  ]);
});

test('listCategories returns parents before children, siblings by position', async () => {
  const { items } = await api().listCategories({});
  expect(ids(items)).toEqual(['languages', 'compiled', 'scripting', 'shells', 'tools']);
});

test.each([
  ['c++', ['cpp']],
  ['C+', ['cpp']],
  ['node.js', ['node-js']],
  ['100%', ['cpp']],
  ['%', ['cpp']],
  ['_', ['cafe']],
  ['\\', ['cafe']],
  ['“', ['cafe']],
  ["'", []],
  ["' OR 1=1 --", []],
  ['cafe', ['cafe']],
  ['CAFÉ', ['cafe']],
  ['STRASSE', ['cafe']],
  ['git', ['actions', 'git', 'github', 'gitlab']],
  ['hub git', []],
  ['workflows git', ['actions']],
  ['gi work', ['actions']],
  ['  ', ['actions', 'bash', 'cpp', 'cafe', 'git', 'github', 'gitlab', 'node-js']],
])('text %j finds %j', async (text, expected) => {
  expect(ids((await api().listSkills({ text })).items).sort()).toEqual([...expected].sort());
});

test('listSkills orders by folded name, ties by id, and DESC is the exact reverse', async () => {
  for (const id of ['b', 'a', 'c'])
    await api().createSkill(newSkill({ id, name: id === 'b' ? 'GÏT' : 'git' }));
  const by = async (orderBy: 'NAME' | 'NAME_DESC') =>
    ids((await api().listSkills({ orderBy, text: 'git' })).items);
  expect(await by('NAME')).toEqual(['actions', 'a', 'b', 'c', 'git', 'github', 'gitlab']);
  expect(await by('NAME_DESC')).toEqual((await by('NAME')).toReversed());
});

test('listSkills uses 20 for an absent page size and the maximum for a larger one', async () => {
  for (let n = 0; n < 230; n++) await api().createSkill(newSkill({ id: `n${n}` }));
  expect((await api().listSkills({})).items).toHaveLength(20);
  expect((await api().listSkills({ pageSize: 0 })).items).toHaveLength(20);
  const page = await api().listSkills({ pageSize: 10_000 });
  expect(page.items).toHaveLength(200);
  expect(page.totalSize).toBe(238);
});

test('pages continue correctly while other skills are created and deleted', async () => {
  const first = await api().listSkills({ pageSize: 3 });
  expect(ids(first.items)).toEqual(['actions', 'bash', 'cpp']);
  await api().createSkill(newSkill({ id: 'early', name: 'Aardvark' }));
  await api().createSkill(newSkill({ id: 'late', name: 'Gir' }));
  await api().deleteSkill({ id: 'cpp', etag: '*' });
  const second = await api().listSkills({ pageSize: 3, pageToken: first.nextPageToken! });
  expect(ids(second.items)).toEqual(['cafe', 'late', 'git']);
});

test('the graph creates the same page token as listSkills', async () => {
  for (const query of [{ pageSize: 3 }, { pageSize: 2, text: 'git', orderBy: 'UPDATE_TIME_DESC' as const }]) {
    const page = await api().listSkills(query);
    expect(service.graph().tokenAfter.skill(query, page.items.at(-1)!)).toBe(page.nextPageToken);
  }
  const { items, nextPageToken } = await api().listCategories({ pageSize: 2 });
  expect(service.graph().tokenAfter.category(items.at(-1)!)).toBe(nextPageToken);
});

test('the graph pages the skills of one category', () => {
  const { skillsIn, tokenAfter } = service.graph();
  const all = skillsIn('tools', {});
  expect(all.totalSize).toBe(all.items.length);
  const first = skillsIn('tools', { pageSize: 1 });
  expect(first).toMatchObject({ items: [all.items[0]], totalSize: all.totalSize });
  expect(first.nextPageToken).toBe(tokenAfter.skillIn('tools', all.items[0]!));
  const rest = skillsIn('tools', { pageToken: first.nextPageToken! });
  expect(rest).toStrictEqual({ items: all.items.slice(1), totalSize: all.totalSize });
  expect(() => skillsIn('tools', { pageSize: -1 })).toThrow('pageSize');
  expect(() => skillsIn('shells', { pageToken: first.nextPageToken! })).toThrow('pageToken');
});

test('page tokens stay valid after a restart, and the last page has none', async () => {
  const dataFolder = tempFolder();
  const before = await asAda(await openService({ dataFolder, seed: SMALL_MAP }));
  const { nextPageToken } = await before.api.listSkills({ pageSize: 5 });
  await before.close();
  const after = await tempService(undefined, dataFolder);
  const page = await after.api.listSkills({ pageSize: 3, pageToken: nextPageToken! });
  expect(page).toMatchObject({
    totalSize: 8,
    items: [{ id: 'github' }, { id: 'gitlab' }, { id: 'node-js' }],
  });
  expect(page).not.toHaveProperty('nextPageToken');
});

test('an unknown category as a filter is NOT_FOUND, unlike an unknown tag', async () => {
  expect(await refusal(api().listSkills({ category: 'nothing' }))).toMatchObject({
    code: 'NOT_FOUND',
    reason: 'CATEGORY_NOT_FOUND',
    details: { resource: { type: 'category', id: 'nothing' } },
  });
  expect(await api().listSkills({ tag: 'nothing' })).toStrictEqual({ items: [], totalSize: 0 });
  expect((await api().listSkills({ tag: 'Versions' })).totalSize).toBe(0);
  expect((await api().listSkills({ tag: 'versions' })).totalSize).toBe(2);
});

test('batchGetSkills keeps order and repetitions, and lists each missing id once', async () => {
  const batch = await api().batchGetSkills({ ids: ['bash', 'no', 'git', 'bash', 'nor', 'no'] });
  expect(ids(batch.skills)).toEqual(['bash', 'git', 'bash']);
  expect(batch.missingIds).toEqual(['no', 'nor']);
});

test('createSkill fills in absent fields, times and an etag', async () => {
  const created = await api().createSkill(newSkill());
  expect(created).toStrictEqual({
    ...{ id: 'new', name: 'New', summary: '', categoryIds: ['tools'], tags: [] },
    ...{ requires: [], related: [], aliases: [], demonstrations: [] },
    createTime: '2026-03-01T00:00:01.000Z',
    updateTime: '2026-03-01T00:00:01.000Z',
    etag: expect.stringMatching(/^[\w-]{16}$/),
  });
  expect(await api().getSkill({ id: 'new' })).toBe(created);
});

test('the same writes at the same times give the same etags', async () => {
  const etags = [];
  for (const one of [service, await tempService(SMALL_MAP)]) {
    await one.api.createSkill(newSkill());
    await one.api.updateSkill({ id: 'new', etag: '*', patch: { name: 'Newer' } });
    etags.push((await one.api.listSkills({})).items.map(({ etag }) => etag));
  }
  expect(etags[0]).toEqual(etags[1]);
});

test('createSkill rejects an id in use', async () => {
  expect(await refusal(api().createSkill(newSkill({ id: 'git' })))).toMatchObject({
    code: 'ALREADY_EXISTS',
    reason: 'SKILL_EXISTS',
    details: { resource: { type: 'skill', id: 'git' } },
  });
});

test('createSkill reports every reference to an unknown id', async () => {
  const lists = { categoryIds: ['tools', 'x'], requires: ['y', 'git', 'z'], related: ['git', 'w'] };
  expect(await refusal(api().createSkill(newSkill(lists)))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    reason: 'UNKNOWN_REFERENCE',
    details: violationsAt(
      'skill.categoryIds[1]',
      'skill.requires[0]',
      'skill.requires[2]',
      'skill.related[1]',
    ),
  });
});

test('updateSkill reports references to unknown ids by their path in the patch', async () => {
  const patch = { requires: ['git', 'x'] };
  expect(await refusal(api().updateSkill({ id: 'bash', etag: '*', patch }))).toMatchObject({
    reason: 'UNKNOWN_REFERENCE',
    details: violationsAt('patch.requires[1]'),
  });
});

test('a skill that would require itself is rejected, and the error lists the cycle', async () => {
  const cycle = { code: 'FAILED_PRECONDITION', reason: 'PREREQUISITE_CYCLE' };
  expect(await refusal(api().createSkill(newSkill({ requires: ['new'] })))).toMatchObject({
    ...cycle,
    details: violationsAt('skill.requires'),
  });
  const patch = { requires: ['bash', 'actions'] };
  expect(await refusal(api().updateSkill({ id: 'git', etag: '*', patch }))).toMatchObject({
    ...cycle,
    message: expect.stringContaining('git -> actions -> github -> git'),
    details: violationsAt('patch.requires'),
  });
});

test('a skill can not be related to itself', async () => {
  expect(await refusal(api().createSkill(newSkill({ related: ['git', 'new'] })))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: violationsAt('skill.related[1]'),
  });
});

test('updateSkill merges: absent stays, a list replaces, null removes the level', async () => {
  const before = await api().getSkill({ id: 'git' });
  const patch = { summary: 'Keeps versions.', tags: [], level: null };
  const after = await api().updateSkill({ id: 'git', etag: before.etag, patch });
  const { level: _, ...rest } = before;
  expect(after).toStrictEqual({
    ...{ ...rest, summary: 'Keeps versions.', tags: [] },
    updateTime: '2026-03-01T00:00:01.000Z',
    etag: expect.not.stringMatching(before.etag),
  });
  expect(Object.keys(after)).toEqual(SKILL_FIELDS.filter((field) => field !== 'level'));
});

test('a patch that changes nothing writes nothing', async () => {
  const before = await api().getSkill({ id: 'git' });
  const { name, tags, level } = before;
  expect(await api().updateSkill({ id: 'git', etag: before.etag, patch: {} })).toBe(before);
  expect(await api().updateSkill({ id: 'git', etag: '*', patch: { name, tags, level } })).toBe(before);
  expect(await api().updateSkill({ id: 'bash', etag: '*', patch: { level: null } })).not.toHaveProperty(
    'level',
  );
});

test.each(['updateSkill', 'deleteSkill'] as const)('%s requires the current etag', async (operation) => {
  const call = (id: string, etag?: string) => {
    const guarded = { id, ...(etag !== undefined && { etag }) };
    return operation === 'deleteSkill'
      ? api().deleteSkill(guarded)
      : api().updateSkill({ ...guarded, patch: { name: 'X' } });
  };
  const resource = { type: 'skill', id: 'cpp' };
  expect(await refusal(call('nothing'))).toMatchObject({ code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND' });
  expect(await refusal(call('nothing', 'stale'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusal(call('cpp'))).toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'ETAG_REQUIRED',
  });
  expect(await refusal(call('cpp', 'stale'))).toMatchObject({
    ...{ code: 'ABORTED', reason: 'ETAG_MISMATCH', details: { resource } },
  });
  const { etag } = await api().getSkill({ id: 'cpp' });
  expect(await refusal(call('cpp', etag))).toBeUndefined();
});

test('updateTime does not go back when the clock does', async () => {
  const dataFolder = tempFolder();
  const seed = { ...SMALL_MAP, createTime: '2030-01-01T00:00:00.000Z' };
  const late = await tempService(seed, dataFolder, steppingClock('2020-01-01T00:00:00.000Z'));
  const { updateTime } = await late.api.updateSkill({ id: 'git', etag: '*', patch: { name: 'Got' } });
  expect(updateTime).toBe('2030-01-01T00:00:00.000Z');
});

test('deleteSkill is rejected while other skills require the skill, and the error lists them', async () => {
  expect(await refusal(api().deleteSkill({ id: 'git', etag: '*' }))).toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'SKILL_REQUIRED',
    message: expect.stringMatching(/github.*gitlab/),
    details: { resource: { type: 'skill', id: 'git' } },
  });
});

test('deleteSkill removes the skill from the related lists of others, which get a new etag', async () => {
  const before = await api().getSkill({ id: 'gitlab' });
  await api().deleteSkill({ id: 'cafe', etag: '*' });
  const after = await api().getSkill({ id: 'gitlab' });
  expect(after.related).toEqual(['github']);
  expect(after.etag).not.toBe(before.etag);
  expect(after.updateTime > before.updateTime).toBe(true);
  expect(await refusal(api().getSkill({ id: 'cafe' }))).toMatchObject({ code: 'NOT_FOUND' });
  expect((await api().listSkills({ text: 'cafe' })).totalSize).toBe(0);
});

test('a deleted id can be used again', async () => {
  await api().deleteSkill({ id: 'cafe', etag: '*' });
  await api().createSkill(newSkill({ id: 'cafe', name: 'Coffee house' }));
  expect(ids((await api().listSkills({ text: 'coffee house' })).items)).toEqual(['cafe']);
});

test('after the store is closed, calls that need it reject with STORE_CLOSED', async () => {
  await service.close();
  const closed = { code: 'UNAVAILABLE', reason: 'STORE_CLOSED' };
  const calls = [
    api().createSkill(newSkill({ id: 'late' })),
    api().updateSkill({ id: 'git', etag: '*', patch: { name: 'Late' } }),
    api().deleteSkill({ id: 'cafe', etag: '*' }),
    api().setProgress({ skillId: 'git', status: 'LEARNED' }),
    api().listProgress({}),
    api().getLearningPath({ id: 'git' }),
  ];
  expect(await Promise.all(calls.map(refusal))).toMatchObject(calls.map(() => closed));
});

test('progress has the time of its last change, by the clock of the service', async () => {
  const set = (status: 'PLANNED' | 'LEARNED') => api().setProgress({ skillId: 'git', status });
  const planned = await set('PLANNED');
  expect(planned).toStrictEqual({
    ...{ skillId: 'git', status: 'PLANNED', updateTime: '2026-03-01T00:00:01.000Z' },
  });
  expect(await set('PLANNED')).toStrictEqual(planned);
  expect((await set('LEARNED')).updateTime > planned.updateTime).toBe(true);
});

test('progress changes no skill and no revision', async () => {
  const before = await api().listSkills({ pageSize: 200 });
  await api().setProgress({ skillId: 'git', status: 'LEARNED' });
  expect(await api().listSkills({ pageSize: 200 })).toStrictEqual(before);
});

test('a write that is aborted while it waits writes nothing', async () => {
  const controller = new AbortController();
  // Verifies the token once, so that the next calls keep their order.
  await api().listProgress({});
  const first = api().createSkill(newSkill({ id: 'first' }));
  const second = api().createSkill(newSkill({ id: 'second' }), { signal: controller.signal });
  controller.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  await first;
  await api().createSkill(newSkill({ id: 'third' }));
  expect(service.graph().skill('second')).toBeUndefined();
});
