/** The size of answers: a page ends with the same skill in every protocol, and no answer is over its limit. */
import { LIMITS } from '../../src/contract/limits';
import type { NewSkill, Skill } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';
import { onEveryImplementation } from '../support/implementations';
import { errorOf } from '../support/outcome';

/** Each `&` has five bytes in XML, so that six of these skills are over 2 MiB. */
const large = (id: string, requires: readonly string[]): NewSkill => ({
  id,
  name: id,
  categoryIds: ['empty-shelf'],
  tags: ['large'],
  aliases: Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(LIMITS.nameCharsMax, '&')),
  demonstrations: Array.from({ length: 100 }, (_, index) => ({
    path: `${index}`.padEnd(LIMITS.nameCharsMax, '&'),
    note: '&'.repeat(LIMITS.nameCharsMax),
  })),
  requires,
});

/** 60 of these skills have over 6,000 values. */
const withManyTags = (id: string): NewSkill => ({
  id,
  name: id,
  categoryIds: ['empty-shelf'],
  tags: ['many', ...Array.from({ length: 99 }, (_, index) => `tag ${index}`)],
});
const MANY_IDS = Array.from({ length: 60 }, (_, index) => `many-${String(index).padStart(2, '0')}`);

const IDS = Array.from({ length: 14 }, (_, index) => `large-${String(index).padStart(2, '0')}`);

/** All implementations share one service, and any of them can be the first that runs. */
let created: Promise<void> | undefined;

const createSkills = async (api: SkillsApi): Promise<void> => {
  for (const [index, id] of IDS.entries()) {
    await api.createSkill({ skill: large(id, IDS.slice(Math.max(0, index - 1), index)) });
  }
  for (const id of MANY_IDS) await api.createSkill({ skill: withManyTags(id) });
};

export const describeAnswerSize = (): void => {
  onEveryImplementation((api, _implementation, apiOf) => {
    beforeAll(() => {
      created ??= createSkills(apiOf('direct'));
      return created;
    });

    test('a page of large skills ends before 2 MiB, and the next page continues', async () => {
      const pages: (readonly Skill[])[] = [];
      let pageToken: string | undefined;
      do {
        const page = await api().listSkills({ tag: 'large', pageSize: 200, ...(pageToken && { pageToken }) });
        pages.push(page.items);
        expect(page.totalSize).toBe(IDS.length);
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      expect(pages.map((items) => items.length)).toEqual([6, 6, 2]);
      expect(pages.flat().map(({ id }) => id)).toEqual(IDS);
    });

    test('a page can have more values than any request', async () => {
      const page = await api().listSkills({ tag: 'many', pageSize: 200 });
      expect(page.items.map(({ id }) => id)).toEqual(MANY_IDS);
      expect(page).toStrictEqual(await apiOf('direct').listSkills({ tag: 'many', pageSize: 200 }));
    });

    test('the size of a page counts the requested fields only', async () => {
      const { items, nextPageToken } = await api().listSkills({ tag: 'large', fields: ['id', 'name'] });
      expect(items.map(({ id }) => id)).toEqual(IDS);
      expect(nextPageToken).toBeUndefined();
    });

    test('batchGetSkills rejects an answer over 2 MiB with ANSWER_TOO_LARGE', async () => {
      const { code, reason, details } = await errorOf(api().batchGetSkills({ ids: IDS }));
      expect([code, reason]).toEqual(['INVALID_ARGUMENT', 'ANSWER_TOO_LARGE']);
      expect(details.violations).toEqual([{ field: 'ids', description: expect.stringContaining('2 MiB') }]);
      expect((await api().batchGetSkills({ ids: IDS, fields: ['id'] })).skills).toHaveLength(IDS.length);
      expect((await api().batchGetSkills({ ids: IDS.slice(0, 5) })).skills).toHaveLength(5);
    });

    test('getLearningPath rejects an answer over 2 MiB with LEARNING_PATH_TOO_LARGE', async () => {
      const id = IDS.at(-1)!;
      const { code, reason, details } = await errorOf(api().getLearningPath({ id }));
      expect([code, reason]).toEqual(['FAILED_PRECONDITION', 'LEARNING_PATH_TOO_LARGE']);
      expect(details.resource).toEqual({ type: 'skill', id });
      expect((await api().getLearningPath({ id, fields: ['id'] })).skills).toHaveLength(IDS.length);
    });
  });
};
