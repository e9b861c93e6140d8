/** The six public reads, tested on the service and through each protocol. */
import { allItems } from '../../src/calls/all-items';
import {
  CATEGORY_FIELDS,
  type Category,
  type NewSkill,
  SKILL_FIELDS,
  type Skill,
} from '../../src/contract/model';
import {
  CONTRACT_MAP,
  CREATE_TIME,
  DEPLOYMENT,
  DOCKER,
  EMPTY_CATEGORY,
  GIT,
  GITHUB,
  HOSTILE,
  TOOLS,
  VERSION_CONTROL,
} from '../support/contract-map';
import { onEveryImplementation } from '../support/implementations';

const stored = (skill: NewSkill) => ({
  ...skill,
  createTime: CREATE_TIME,
  updateTime: CREATE_TIME,
  etag: expect.stringMatching(/^[\w-]{16}$/),
});

/** The named members of a value; absent ones stay absent. */
const only = <T extends object>(value: T, fields: readonly (keyof T)[]) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name as keyof T)));

export const describeReads = (): void => {
  onEveryImplementation((api) => {
    describe('listCategories', () => {
      test('returns all categories, parents before children', async () => {
        const { items: categories, ...rest } = await api().listCategories({ pageSize: 200 });
        expect(rest).toStrictEqual({ totalSize: categories.length });
        expect(categories).toHaveLength(CONTRACT_MAP.categories.length);
        expect(categories).toEqual(expect.arrayContaining([TOOLS, VERSION_CONTROL, EMPTY_CATEGORY]));
        const ids = categories.map(({ id }) => id);
        for (const { id, parentId } of categories) {
          if (parentId !== undefined) expect(ids.indexOf(parentId)).toBeLessThan(ids.indexOf(id));
        }
      });

      test('has the same categories in pages', async () => {
        const { items } = await api().listCategories({ pageSize: 200 });
        for (const pageSize of [1, 2, items.length]) {
          expect(await allItems((paging) => api().listCategories(paging), pageSize)).toStrictEqual(items);
        }
        const { nextPageToken } = await api().listCategories({ pageSize: 1, fields: ['name'] });
        const second = await api().listCategories({ pageSize: 1, pageToken: nextPageToken! });
        expect(second).toMatchObject({ items: [items[1]], totalSize: items.length });
      });

      test('keeps an absent parentId absent', async () => {
        const { items } = await api().listCategories({});
        const tools = items.find(({ id }) => id === 'tools');
        expect(tools).toStrictEqual(TOOLS);
      });

      test.each(CATEGORY_FIELDS)('returns only %s if `fields` names only it', async (field) => {
        const { items, ...rest } = await api().listCategories({});
        const partial = items.map((category) => only(category, [field]));
        expect(await api().listCategories({ fields: [field] })).toStrictEqual({ items: partial, ...rest });
      });
    });

    describe('getCategory', () => {
      test.each([TOOLS, VERSION_CONTROL, EMPTY_CATEGORY])('returns every field of $id', async (category) => {
        expect(await api().getCategory({ id: category.id })).toStrictEqual(category);
      });

      test.each(CATEGORY_FIELDS)('returns only %s if `fields` names only it', async (field) => {
        for (const category of [TOOLS, VERSION_CONTROL] as Category[]) {
          expect(await api().getCategory({ id: category.id, fields: [field] })).toStrictEqual(
            only(category, [field]),
          );
        }
      });
    });

    describe('getSkill', () => {
      test.each([GIT, GITHUB, DOCKER, DEPLOYMENT, HOSTILE])('returns every field of $id', async (skill) => {
        expect(await api().getSkill({ id: skill.id })).toStrictEqual(stored(skill));
      });

      test('keeps an absent level absent', async () => {
        expect(await api().getSkill({ id: 'docker' })).not.toHaveProperty('level');
        expect(await api().getSkill({ id: 'docker', fields: ['level'] })).toStrictEqual({});
        expect(await api().getSkill({ id: 'docker', fields: ['id', 'level'] })).toStrictEqual({
          id: 'docker',
        });
      });

      test.each(SKILL_FIELDS)('returns only %s if `fields` names only it', async (field) => {
        for (const { id } of [GIT, GITHUB, DOCKER, HOSTILE]) {
          const whole = await api().getSkill({ id });
          expect(await api().getSkill({ id, fields: [field] })).toStrictEqual(only(whole, [field]));
        }
      });

      test('returns all fields for an empty list, and a repeated field once', async () => {
        const whole = await api().getSkill({ id: 'git' });
        expect(await api().getSkill({ id: 'git', fields: [] })).toStrictEqual(whole);
        expect(await api().getSkill({ id: 'git', fields: ['tags', 'id', 'tags'] })).toStrictEqual({
          id: 'git',
          tags: GIT.tags,
        });
        expect(await api().getSkill({ id: 'git', fields: [...SKILL_FIELDS].reverse() })).toStrictEqual(whole);
      });
    });

    describe('batchGetSkills', () => {
      const idsOf = (skills: readonly Pick<Skill, 'id'>[]) => skills.map(({ id }) => id);

      test('keeps the order of the ids, repeats repeated skills, and lists each missing id once', async () => {
        const { skills, missingIds } = await api().batchGetSkills({
          ids: ['github', 'nothing-b', 'git', 'github', 'nothing-a', 'nothing-b', 'docker'],
        });
        expect(skills).toStrictEqual([GITHUB, GIT, GITHUB, DOCKER].map(stored));
        expect(missingIds).toStrictEqual(['nothing-b', 'nothing-a']);
      });

      test('returns one skill as a list of one', async () => {
        expect(await api().batchGetSkills({ ids: ['git'] })).toStrictEqual({
          skills: [stored(GIT)],
          missingIds: [],
        });
      });

      test('returns an empty list if no skill exists', async () => {
        expect(await api().batchGetSkills({ ids: ['nothing'] })).toStrictEqual({
          skills: [],
          missingIds: ['nothing'],
        });
      });

      test('returns 100 skills', async () => {
        const ids = CONTRACT_MAP.skills.slice(0, 100).map(({ id }) => id);
        const { skills, missingIds } = await api().batchGetSkills({ ids, fields: ['id'] });
        expect(idsOf(skills)).toStrictEqual(ids);
        expect(missingIds).toStrictEqual([]);
      });

      test('lists 100 missing ids of the maximum length', async () => {
        const ids = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(120, 'x'));
        expect(await api().batchGetSkills({ ids, fields: SKILL_FIELDS })).toStrictEqual({
          skills: [],
          missingIds: ids,
        });
      });

      test.each(SKILL_FIELDS)('returns only %s if `fields` names only it', async (field) => {
        const ids = ['docker', 'git', 'nothing', 'github'];
        const whole = await api().batchGetSkills({ ids });
        expect(await api().batchGetSkills({ ids, fields: [field] })).toStrictEqual({
          skills: whole.skills.map((skill) => only(skill, [field])),
          missingIds: ['nothing'],
        });
      });
    });

    describe('getLearningPath', () => {
      test('returns every prerequisite before its dependants, the skill last, and the edges', async () => {
        expect(await api().getLearningPath({ id: 'deployment' })).toStrictEqual({
          skills: [GIT, GITHUB, DOCKER, DEPLOYMENT].map(stored),
          edges: [
            { skillId: 'github', requiresId: 'git' },
            { skillId: 'deployment', requiresId: 'github' },
            { skillId: 'deployment', requiresId: 'docker' },
            { skillId: 'deployment', requiresId: 'git' },
          ],
          learnedIds: [],
        });
      });

      test('returns one edge as a list of one', async () => {
        expect(await api().getLearningPath({ id: 'github' })).toStrictEqual({
          skills: [GIT, GITHUB].map(stored),
          edges: [{ skillId: 'github', requiresId: 'git' }],
          learnedIds: [],
        });
      });

      test('returns a skill without prerequisites alone and without edges', async () => {
        const path = { skills: [stored(GIT)], edges: [], learnedIds: [] };
        expect(await api().getLearningPath({ id: 'git' })).toStrictEqual(path);
      });

      test.each(SKILL_FIELDS)('returns only %s if `fields` names only it', async (field) => {
        const { edges } = await api().getLearningPath({ id: 'deployment' });
        const { skills } = await api().getLearningPath({ id: 'deployment', fields: [field] });
        const whole = await api().batchGetSkills({ ids: ['git', 'github', 'docker', 'deployment'] });
        expect(skills).toStrictEqual(whole.skills.map((skill) => only(skill, [field])));
        expect((await api().getLearningPath({ id: 'deployment', fields: [field] })).edges).toStrictEqual(
          edges,
        );
      });
    });
  });
};
