/** createSkill, updateSkill and deleteSkill: every implementation reads what one of them wrote. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewSkill, Skill, SkillPatch } from '../../src/contract/model';
import { DOCKER, HOSTILE, HOSTILE_TEXTS } from '../support/contract-map';
import { IMPLEMENTATION_NAMES, onEveryImplementation } from '../support/implementations';
import { errorOf } from '../support/outcome';

const stamps = {
  createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  updateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  etag: expect.stringMatching(/^[\w-]{16}$/),
};

/** The text as the domain stores it: line ends are normalised. */
const normalised = (text: string): string => text.replace(/\r\n?/g, '\n');

export const describeWrites = (): void => {
  onEveryImplementation((api, implementation, apiOf) => {
    let made = 0;
    const newId = (): string => `${implementation}-${++made}`;
    const full = (id: string): NewSkill => ({
      ...HOSTILE,
      id,
      level: 'ADVANCED',
      categoryIds: ['version-control', 'empty-shelf'],
      requires: ['git', 'docker'],
      related: ['github'],
    });
    /** A skill with a few items in every list. */
    const withShortLists = (id: string): NewSkill => ({
      ...full(id),
      tags: HOSTILE.tags.slice(0, 4),
      aliases: HOSTILE.aliases.slice(0, 4),
      demonstrations: HOSTILE.demonstrations.slice(0, 4),
    });
    const create = (skill: NewSkill): Promise<Skill> => api().createSkill({ skill });
    const expectReadByAll = async (skill: Skill): Promise<void> => {
      for (const other of IMPLEMENTATION_NAMES) {
        expect(await apiOf(other).getSkill({ id: skill.id })).toStrictEqual(skill);
      }
    };

    describe('createSkill', () => {
      test('returns all given members, and every implementation reads them back', async () => {
        const skill = await create(full(newId()));
        expect(skill).toStrictEqual({ ...full(skill.id), ...stamps });
        expect(skill.createTime).toBe(skill.updateTime);
        await expectReadByAll(skill);
      });

      test('stores absent members as empty and an absent level as absent', async () => {
        const skill = await create({ id: newId(), name: 'x', categoryIds: ['tools'] });
        expect(skill).toStrictEqual({ ...DOCKER, id: skill.id, name: 'x', ...stamps });
        await expectReadByAll(skill);
      });

      test('treats undefined members as absent', async () => {
        const absent = { summary: undefined, tags: undefined, level: undefined, requires: undefined };
        const skill = await create({ id: newId(), name: 'x', categoryIds: ['tools'], ...absent });
        expect(skill).toStrictEqual({ ...DOCKER, id: skill.id, name: 'x', ...stamps });
      });

      test('stores empty text, empty lists and items of a single space', async () => {
        const skill = await create({ ...DOCKER, id: newId(), demonstrations: [{ path: ' ', note: '' }] });
        expect(skill.demonstrations).toStrictEqual([{ path: ' ', note: '' }]);
        expect(skill).toMatchObject({ summary: '', tags: [], requires: [], related: [], aliases: [] });
        await expectReadByAll(skill);
      });

      test.each(HOSTILE_TEXTS)('stores %j in every member that holds text', async (text) => {
        const id = newId();
        const texts = { name: text, summary: text, tags: [text], aliases: [text] };
        const skill = await create({ ...DOCKER, id, ...texts, demonstrations: [{ path: text, note: text }] });
        const after = normalised(text);
        expect(skill).toStrictEqual({
          ...DOCKER,
          id,
          ...{ name: after, summary: after, tags: [after], aliases: [after] },
          demonstrations: [{ path: after, note: after }],
          ...stamps,
        });
        expect(await apiOf('direct').getSkill({ id })).toStrictEqual(skill);
      });

      test('stores a skill with every member at its limit', async () => {
        const many = (length: number, chars: number) =>
          Array.from({ length }, (_, index) => `${index}`.padEnd(chars, '<&"\u2603'));
        const skill = await create({
          ...DOCKER,
          id: newId().padEnd(120, 'x'),
          name: '&'.repeat(200),
          summary: ']]>'.repeat(1333),
          tags: many(100, 60),
          aliases: many(100, 200),
          demonstrations: many(100, 200).map((text) => ({ path: text, note: text })),
        });
        expect(skill.demonstrations).toHaveLength(100);
        await expectReadByAll(skill);
      });
    });

    describe('updateSkill', () => {
      const PATCHES = {
        name: { name: ' renamed ' },
        summary: { summary: 'rewritten' },
        'an empty summary': { summary: '' },
        categoryIds: { categoryIds: ['tools'] },
        tags: { tags: ['one'] },
        'no tags': { tags: [] },
        level: { level: 'BEGINNER' },
        'no level': { level: null },
        requires: { requires: ['github'] },
        'no requires': { requires: [] },
        related: { related: ['docker', 'git'] },
        'no related': { related: [] },
        aliases: { aliases: ['other', 'another'] },
        'no aliases': { aliases: [] },
        demonstrations: { demonstrations: [{ path: 'p', note: '' }] },
        'no demonstrations': { demonstrations: [] },
      } satisfies Record<string, SkillPatch>;

      test.each(Object.entries(PATCHES))(
        'changes only the patched member: %s',
        async (_, patch: SkillPatch) => {
          const before = await create(withShortLists(newId()));
          const after = await api().updateSkill({ id: before.id, etag: before.etag, patch });
          const { level, ...rest } = { ...before, ...patch };
          expect(after).toStrictEqual({ ...rest, ...(level && { level }), ...stamps });
          expect(after.etag).not.toBe(before.etag);
          expect(after.createTime).toBe(before.createTime);
          await expectReadByAll(after);
        },
      );

      test('changes all members at once', async () => {
        const before = await create(full(newId()));
        const { id: _, ...patch } = { ...DOCKER, level: null };
        const after = await api().updateSkill({ id: before.id, etag: '*', patch });
        expect(after).toStrictEqual({ ...DOCKER, id: before.id, ...stamps });
      });

      test('changes nothing for an empty patch, undefined members and current values', async () => {
        const before = await create(full(newId()));
        const { id, etag } = before;
        const absent = { name: undefined, level: undefined, tags: undefined };
        expect(await api().updateSkill({ id, etag, patch: {} })).toStrictEqual(before);
        expect(await api().updateSkill({ id, etag, patch: absent })).toStrictEqual(before);
        expect(await api().updateSkill({ id, etag, patch: { name: before.name } })).toStrictEqual(before);
      });

      test('keeps an absent level absent if the patch sets it to null', async () => {
        const before = await create({ ...DOCKER, id: newId() });
        const after = await api().updateSkill({
          id: before.id,
          etag: '*',
          patch: { level: null, name: 'n' },
        });
        expect(after).not.toHaveProperty('level');
      });

      test.each(IMPLEMENTATION_NAMES)('accepts an etag that %s read, once', async (other) => {
        const { id } = await create({ ...DOCKER, id: newId() });
        const { etag } = await apiOf(other).getSkill({ id, fields: ['etag'] });
        const after = await api().updateSkill({ id, etag, patch: { name: 'first' } });
        const stale = { id, etag, patch: { name: 'second' } };
        expect(await errorOf(api().updateSkill(stale))).toMatchObject({
          code: 'ABORTED',
          reason: 'ETAG_MISMATCH',
        });
        expect(await errorOf(api().updateSkill(stale))).toStrictEqual(
          await errorOf(apiOf(other).updateSkill(stale)),
        );
        await expectReadByAll(after);
      });
    });

    describe('deleteSkill', () => {
      test('removes the skill for every implementation', async () => {
        const { id, etag } = await create(full(newId()));
        expect(await api().deleteSkill({ id, etag })).toBeUndefined();
        for (const other of IMPLEMENTATION_NAMES) {
          expect(await errorOf(apiOf(other).getSkill({ id }))).toMatchObject({ reason: 'SKILL_NOT_FOUND' });
        }
        expect((await api().listSkills({ category: 'empty-shelf', text: id })).totalSize).toBe(0);
      });

      test('removes the skill from `related` of other skills and renews their etag and update time', async () => {
        const { id } = await create({ ...DOCKER, id: newId() });
        const before = await create({ ...DOCKER, id: newId(), related: ['git', id] });
        await sleep(2);
        await api().deleteSkill({ id, etag: '*' });
        const after = await api().getSkill({ id: before.id });
        expect(after).toStrictEqual({ ...before, related: ['git'], ...stamps });
        expect(after.etag).not.toBe(before.etag);
        expect(after.updateTime > before.updateTime).toBe(true);
      });

      test.each(IMPLEMENTATION_NAMES)('accepts an etag that %s read', async (other) => {
        const { id } = await create({ ...DOCKER, id: newId() });
        const { etag } = await apiOf(other).getSkill({ id });
        await api().deleteSkill({ id, etag });
        expect(await errorOf(apiOf(other).deleteSkill({ id, etag }))).toMatchObject({ code: 'NOT_FOUND' });
      });

      test('makes the id available again', async () => {
        const skill = full(newId());
        const before = await create(skill);
        await api().deleteSkill({ id: skill.id, etag: before.etag });
        expect(await create(skill)).toStrictEqual({ ...before, ...stamps });
      });
    });
  });
};
