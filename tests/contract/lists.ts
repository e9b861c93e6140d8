/** listSkills: what it finds, in which order, on which page; a page token is the same in every protocol. */
import { SKILL_FIELDS, SKILL_ORDERS } from '../../src/contract/model';
import type { ListSkills, SkillsApi } from '../../src/contract/skills-api';
import { onEveryImplementation, VIAS } from '../support/implementations';
import { HOSTILE, HOSTILE_TEXTS, LAW_MAP } from '../support/law-map';
import { refusal } from '../support/outcome';

const TOTAL = LAW_MAP.skills.length;

const idsOf = async (api: SkillsApi, query: ListSkills): Promise<readonly string[]> =>
  (await api.listSkills({ ...query, fields: ['id'] })).items.map(({ id }) => id);

/** All pages, one after another, the next one from the next implementation. */
const walkPages = async (apis: readonly SkillsApi[], query: ListSkills): Promise<readonly string[][]> => {
  const pages: string[][] = [];
  let pageToken: string | undefined;
  do {
    const api = apis[pages.length % apis.length]!;
    const page = await api.listSkills({ ...query, ...(pageToken && { pageToken }), fields: ['id'] });
    pages.push(page.items.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
};

onEveryImplementation((api, via, apiOf) => {
  describe('listSkills finds', () => {
    test('a category with all below it', async () => {
      expect(await idsOf(api(), { category: 'tools' })).toStrictEqual([
        'hostile',
        'deployment',
        'docker',
        'git',
        'github',
      ]);
      expect(await idsOf(api(), { category: 'version-control' })).toStrictEqual(['git', 'github']);
    });

    test('nothing in an empty category, as an empty list and a total of 0', async () => {
      expect(await api().listSkills({ category: 'empty-shelf' })).toStrictEqual({ items: [], totalSize: 0 });
    });

    test('one skill as a list of one', async () => {
      const page = await api().listSkills({ category: 'version-control', text: 'people' });
      expect(page).toStrictEqual({ items: [await api().getSkill({ id: 'github' })], totalSize: 1 });
    });

    test('a tag, all of it and nothing like it', async () => {
      expect(await idsOf(api(), { tag: 'law' })).toStrictEqual(['git', 'github']);
      expect(await idsOf(api(), { tag: 'la' })).toStrictEqual([]);
    });

    test.each(HOSTILE.tags)('the tag %j as it is', async (tag) => {
      expect(await idsOf(api(), { tag })).toStrictEqual(['hostile']);
    });

    test('words by their beginnings, whatever their case and accents', async () => {
      const query = { category: 'tools' };
      expect(await idsOf(api(), { ...query, text: 'VERSION contr' })).toStrictEqual(['git']);
      expect(await idsOf(api(), { ...query, text: 'unicode' })).toStrictEqual(['git']);
      expect(await idsOf(api(), { ...query, text: 'ersion' })).toStrictEqual([]);
    });

    test.each(HOSTILE_TEXTS.filter((text) => !text.includes('\r')))('the text %j as text', async (text) => {
      const found = await idsOf(api(), { category: 'tools', text });
      expect(found).toContain('hostile');
    });

    test.each(['%', '_', '"', `'`, '\\', '*', '😀'])('%j only where it stands', async (text) => {
      expect(await idsOf(api(), { text })).toStrictEqual(['hostile']);
    });

    test('everything for an empty text and an empty tag', async () => {
      const page = await api().listSkills({});
      expect(page.totalSize).toBe(TOTAL);
      expect(await api().listSkills({ text: '', tag: '' })).toMatchObject({ totalSize: TOTAL });
      expect((await api().listSkills({ text: ' \n ' })).items).toStrictEqual(page.items);
    });
  });

  describe('listSkills orders', () => {
    test('by name when nothing is said', async () => {
      expect(await idsOf(api(), {})).toStrictEqual(await idsOf(api(), { orderBy: 'NAME' }));
    });

    test.each(['NAME', 'UPDATE_TIME'] as const)('by %s, and _DESC is that backwards', async (orderBy) => {
      const all = (await walkPages([api()], { orderBy, pageSize: 200 })).flat();
      const backwards = (await walkPages([api()], { orderBy: `${orderBy}_DESC`, pageSize: 200 })).flat();
      expect(all).toHaveLength(TOTAL);
      expect(backwards).toStrictEqual([...all].reverse());
    });

    test('by id where the update times are the same', async () => {
      const all = await walkPages([api()], { orderBy: 'UPDATE_TIME', pageSize: 200 });
      expect(all.flat()).toStrictEqual(LAW_MAP.skills.map(({ id }) => id).sort());
    });
  });

  describe('listSkills pages', () => {
    test('20 skills when the size is absent or 0', async () => {
      expect(await idsOf(api(), {})).toHaveLength(20);
      expect(await idsOf(api(), { pageSize: 0 })).toHaveLength(20);
    });

    test.each([201, 1_000_000, 2 ** 31 - 1])('200 skills when %i are asked for', async (pageSize) => {
      expect(await idsOf(api(), { pageSize })).toHaveLength(200);
    });

    test.each([-1, 1.5, -(2 ** 31), 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
      'none for a size of %p, which is refused',
      async (pageSize) => {
        expect(await refusal(api().listSkills({ pageSize }))).toStrictEqual(
          await refusal(apiOf('direct').listSkills({ pageSize })),
        );
        expect(await refusal(api().listSkills({ pageSize }))).toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: { violations: [{ field: 'pageSize' }] },
        });
      },
    );

    test.each([1, 2, 3, 5, 6])('of %i that together are the whole', async (pageSize) => {
      const pages = await walkPages([api()], { category: 'tools', pageSize });
      expect(pages.flat()).toStrictEqual(await idsOf(api(), { category: 'tools' }));
      expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
    });

    test('the total on every page', async () => {
      const first = await api().listSkills({ tag: 'law', pageSize: 1 });
      const second = await api().listSkills({ tag: 'law', pageSize: 1, pageToken: first.nextPageToken });
      expect([first.totalSize, second.totalSize]).toStrictEqual([2, 2]);
      expect(second).not.toHaveProperty('nextPageToken');
    });

    test.each(SKILL_ORDERS)('on in every other implementation, by %s', async (orderBy) => {
      const query = { category: 'tools', orderBy };
      const first = await api().listSkills({ ...query, pageSize: 2 });
      for (const other of VIAS) {
        const rest = await apiOf(other).listSkills({ ...query, pageToken: first.nextPageToken });
        expect([...first.items, ...rest.items].map(({ id }) => id)).toStrictEqual(await idsOf(api(), query));
      }
    });

    test('through all implementations in turns', async () => {
      const turns = [via, ...VIAS].map(apiOf);
      const pages = await walkPages(turns, { pageSize: 20, orderBy: 'NAME_DESC' });
      expect(pages.flat()).toStrictEqual(
        (await walkPages([api()], { pageSize: 200, orderBy: 'NAME_DESC' })).flat(),
      );
    });

    test('the first for an empty token, as a client without one may send (AIP-158)', async () => {
      expect(await idsOf(api(), { pageToken: '' })).toStrictEqual(await idsOf(api(), {}));
    });

    test.each(['nonsense', 'AAAA', '%', ' ', '<&>', 'x'.repeat(4000), 'x'.repeat(4001), '\u0000'])(
      'nothing for the token %#, which is refused',
      async (pageToken) => {
        expect(await refusal(api().listSkills({ pageToken }))).toStrictEqual(
          await refusal(apiOf('direct').listSkills({ pageToken })),
        );
      },
    );

    test('nothing for the token of another query, or one with a letter changed', async () => {
      const { nextPageToken = '' } = await api().listSkills({ category: 'tools', pageSize: 1 });
      const forged = (nextPageToken.startsWith('A') ? 'B' : 'A') + nextPageToken.slice(1);
      const answers = [
        api().listSkills({ category: 'version-control', pageToken: nextPageToken }),
        api().listSkills({ category: 'tools', orderBy: 'UPDATE_TIME', pageToken: nextPageToken }),
        api().listSkills({ category: 'tools', pageToken: forged }),
      ];
      for (const answer of answers) {
        expect(await refusal(answer)).toMatchObject({
          code: 'INVALID_ARGUMENT',
          reason: 'PAGE_TOKEN_INVALID',
          details: { violations: [{ field: 'pageToken' }] },
        });
      }
    });
  });

  test.each(SKILL_FIELDS)('listSkills answers %s alone when only it is asked for', async (field) => {
    const { items, ...rest } = await api().listSkills({ category: 'tools' });
    expect(await api().listSkills({ category: 'tools', fields: [field] })).toStrictEqual({
      items: items.map((skill) =>
        Object.fromEntries(Object.entries(skill).filter(([name]) => name === field)),
      ),
      ...rest,
    });
  });
});
