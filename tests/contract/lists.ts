/** listSkills: filters, order and pages. A page token is valid in every protocol. */
import { SKILL_FIELDS, SKILL_ORDERS } from '../../src/contract/model';
import type { ListSkills, SkillsApi } from '../../src/contract/skills-api';
import { CONTRACT_MAP, HOSTILE, HOSTILE_TEXTS } from '../support/contract-map';
import { IMPLEMENTATION_NAMES, onEveryImplementation } from '../support/implementations';
import { errorOf } from '../support/outcome';

const TOTAL = CONTRACT_MAP.skills.length;

const idsOf = async (api: SkillsApi, query: ListSkills): Promise<readonly string[]> =>
  (await api.listSkills({ ...query, fields: ['id'] })).items.map(({ id }) => id);

/** Reads all pages, each through the next of the given implementations. */
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

export const describeLists = (): void => {
  onEveryImplementation((api, implementation, apiOf) => {
    describe('listSkills filters', () => {
      test('by a category and its descendants', async () => {
        expect(await idsOf(api(), { category: 'tools' })).toStrictEqual([
          'hostile',
          'deployment',
          'docker',
          'git',
          'github',
        ]);
        expect(await idsOf(api(), { category: 'version-control' })).toStrictEqual(['git', 'github']);
      });

      test('by an empty category: an empty list and a total of 0', async () => {
        expect(await api().listSkills({ category: 'empty-shelf' })).toStrictEqual({
          items: [],
          totalSize: 0,
        });
      });

      test('by category and text: one match is a list of one', async () => {
        const page = await api().listSkills({ category: 'version-control', text: 'people' });
        expect(page).toStrictEqual({ items: [await api().getSkill({ id: 'github' })], totalSize: 1 });
      });

      test('by a whole tag and not by a part of one', async () => {
        expect(await idsOf(api(), { tag: 'law' })).toStrictEqual(['git', 'github']);
        expect(await idsOf(api(), { tag: 'la' })).toStrictEqual([]);
      });

      test.each(HOSTILE.tags)('by the tag %j literally', async (tag) => {
        expect(await idsOf(api(), { tag })).toStrictEqual(['hostile']);
      });

      test('by the beginnings of words, ignoring case and accents', async () => {
        const query = { category: 'tools' };
        expect(await idsOf(api(), { ...query, text: 'VERSION contr' })).toStrictEqual(['git']);
        expect(await idsOf(api(), { ...query, text: 'unicode' })).toStrictEqual(['git']);
        expect(await idsOf(api(), { ...query, text: 'ersion' })).toStrictEqual([]);
      });

      test.each(HOSTILE_TEXTS.filter((text) => !text.includes('\r')))(
        'by the text %j literally',
        async (text) => {
          const found = await idsOf(api(), { category: 'tools', text });
          expect(found).toContain('hostile');
        },
      );

      test.each(['%', '_', '"', `'`, '\\', '*', '😀'])(
        'by %j only where a skill contains it',
        async (text) => {
          expect(await idsOf(api(), { text })).toStrictEqual(['hostile']);
        },
      );

      test('not at all for an empty text and an empty tag', async () => {
        const page = await api().listSkills({});
        expect(page.totalSize).toBe(TOTAL);
        expect(await api().listSkills({ text: '', tag: '' })).toMatchObject({ totalSize: TOTAL });
        expect((await api().listSkills({ text: ' \n ' })).items).toStrictEqual(page.items);
      });
    });

    describe('listSkills orders', () => {
      test('by name by default', async () => {
        expect(await idsOf(api(), {})).toStrictEqual(await idsOf(api(), { orderBy: 'NAME' }));
      });

      test.each(['NAME', 'UPDATE_TIME'] as const)('by %s, and by the reverse with _DESC', async (orderBy) => {
        const all = (await walkPages([api()], { orderBy, pageSize: 200 })).flat();
        const backwards = (await walkPages([api()], { orderBy: `${orderBy}_DESC`, pageSize: 200 })).flat();
        expect(all).toHaveLength(TOTAL);
        expect(backwards).toStrictEqual([...all].reverse());
      });

      test('by id if the update times are equal', async () => {
        const all = await walkPages([api()], { orderBy: 'UPDATE_TIME', pageSize: 200 });
        expect(all.flat()).toStrictEqual(CONTRACT_MAP.skills.map(({ id }) => id).sort());
      });
    });

    describe('pages of listSkills', () => {
      test('have 20 skills if the page size is absent or 0', async () => {
        expect(await idsOf(api(), {})).toHaveLength(20);
        expect(await idsOf(api(), { pageSize: 0 })).toHaveLength(20);
      });

      test.each([201, 1_000_000, 2 ** 31 - 1])('have 200 skills for a page size of %i', async (pageSize) => {
        expect(await idsOf(api(), { pageSize })).toHaveLength(200);
      });

      test.each([-1, 1.5, -(2 ** 31), 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
        'are not returned for the invalid page size %p',
        async (pageSize) => {
          expect(await errorOf(api().listSkills({ pageSize }))).toStrictEqual(
            await errorOf(apiOf('direct').listSkills({ pageSize })),
          );
          expect(await errorOf(api().listSkills({ pageSize }))).toMatchObject({
            code: 'INVALID_ARGUMENT',
            details: { violations: [{ field: 'pageSize' }] },
          });
        },
      );

      test.each([1, 2, 3, 5, 6])('of size %i join to the whole list', async (pageSize) => {
        const pages = await walkPages([api()], { category: 'tools', pageSize });
        expect(pages.flat()).toStrictEqual(await idsOf(api(), { category: 'tools' }));
        expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
      });

      test('have the same total', async () => {
        const first = await api().listSkills({ tag: 'law', pageSize: 1 });
        const second = await api().listSkills({ tag: 'law', pageSize: 1, pageToken: first.nextPageToken });
        expect([first.totalSize, second.totalSize]).toStrictEqual([2, 2]);
        expect(second).not.toHaveProperty('nextPageToken');
      });

      test.each(SKILL_ORDERS)('continue in every other implementation, ordered by %s', async (orderBy) => {
        const query = { category: 'tools', orderBy };
        const first = await api().listSkills({ ...query, pageSize: 2 });
        for (const other of IMPLEMENTATION_NAMES) {
          const rest = await apiOf(other).listSkills({ ...query, pageToken: first.nextPageToken });
          expect([...first.items, ...rest.items].map(({ id }) => id)).toStrictEqual(
            await idsOf(api(), query),
          );
        }
      });

      test('can be read through all implementations in turn', async () => {
        const turns = [implementation, ...IMPLEMENTATION_NAMES].map(apiOf);
        const pages = await walkPages(turns, { pageSize: 20, orderBy: 'NAME_DESC' });
        expect(pages.flat()).toStrictEqual(
          (await walkPages([api()], { pageSize: 200, orderBy: 'NAME_DESC' })).flat(),
        );
      });

      test('start at the first for an empty page token (AIP-158)', async () => {
        expect(await idsOf(api(), { pageToken: '' })).toStrictEqual(await idsOf(api(), {}));
      });

      test.each(['nonsense', 'AAAA', '%', ' ', '<&>', 'x'.repeat(4000), 'x'.repeat(4001), '\u0000'])(
        'are not returned for the invalid page token %#',
        async (pageToken) => {
          expect(await errorOf(api().listSkills({ pageToken }))).toStrictEqual(
            await errorOf(apiOf('direct').listSkills({ pageToken })),
          );
        },
      );

      test('are not returned for the page token of another query or an altered one', async () => {
        const { nextPageToken = '' } = await api().listSkills({ category: 'tools', pageSize: 1 });
        const forged = (nextPageToken.startsWith('A') ? 'B' : 'A') + nextPageToken.slice(1);
        const calls = [
          api().listSkills({ category: 'version-control', pageToken: nextPageToken }),
          api().listSkills({ category: 'tools', orderBy: 'UPDATE_TIME', pageToken: nextPageToken }),
          api().listSkills({ category: 'tools', pageToken: forged }),
        ];
        for (const call of calls) {
          expect(await errorOf(call)).toMatchObject({
            code: 'INVALID_ARGUMENT',
            reason: 'PAGE_TOKEN_INVALID',
            details: { violations: [{ field: 'pageToken' }] },
          });
        }
      });
    });

    test.each(SKILL_FIELDS)('listSkills returns only %s if `fields` names only it', async (field) => {
      const { items, ...rest } = await api().listSkills({ category: 'tools' });
      expect(await api().listSkills({ category: 'tools', fields: [field] })).toStrictEqual({
        items: items.map((skill) =>
          Object.fromEntries(Object.entries(skill).filter(([name]) => name === field)),
        ),
        ...rest,
      });
    });
  });
};
