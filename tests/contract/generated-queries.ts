/** The law on generated queries: whatever is asked, the four clients answer what the service answers. */
import fc from 'fast-check';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { arbitrariesOf } from '../support/arbitraries';
import { fiveOfOneService, VIAS } from '../support/implementations';
import { forAll } from '../support/law';
import { LAW_MAP } from '../support/law-map';
import { outcome } from '../support/outcome';

const apiOf = fiveOfOneService();
const any = arbitrariesOf(LAW_MAP);

const expectLaw = async (call: (api: SkillsApi) => Promise<unknown>): Promise<void> => {
  const expected = await outcome(call(apiOf('direct')));
  const answers = PROTOCOL_NAMES.map(async (via) => [via, await outcome(call(apiOf(via)))]);
  expect(await Promise.all(answers)).toStrictEqual(PROTOCOL_NAMES.map((via) => [via, expected]));
};

test('listCategories', () =>
  forAll(20, any.categoryFields, (input) => expectLaw((api) => api.listCategories(input))));

test('getCategory', () => forAll(80, any.oneCategory, (input) => expectLaw((api) => api.getCategory(input))));

test('getSkill', () => forAll(120, any.oneSkill, (input) => expectLaw((api) => api.getSkill(input))));

test('listSkills', () => {
  const withoutToken = any.listSkills.map(({ pageToken: _, ...query }) => query);
  return forAll(300, withoutToken, (input) => expectLaw((api) => api.listSkills(input)));
});

test('listSkills with a token that nobody gave', () =>
  forAll(60, any.listSkills, (input) => expectLaw((api) => api.listSkills(input))));

test('listSkills, page after page, each from another implementation', () => {
  const queries = fc.record(
    {
      category: fc.constantFrom('tools', 'category-1', 'category-0'),
      text: fc.constantFrom('a', 'th', 'the', '%', '"'),
      orderBy: fc.constantFrom('NAME', 'NAME_DESC', 'UPDATE_TIME', 'UPDATE_TIME_DESC'),
    },
    { requiredKeys: ['category'] },
  );
  const walks = fc.tuple(
    queries,
    fc.infiniteStream(fc.tuple(fc.constantFrom(...VIAS), fc.integer({ min: 1, max: 40 }))),
  );
  return forAll(40, walks, async ([query, steps]) => {
    const whole = await apiOf('direct').listSkills({ ...query, pageSize: 200 });
    const seen: unknown[] = [];
    let pageToken: string | undefined;
    for (const [via, pageSize] of steps) {
      const page = await apiOf(via).listSkills({ ...query, pageSize, ...(pageToken && { pageToken }) });
      expect(page.totalSize).toBe(whole.totalSize);
      seen.push(...page.items);
      pageToken = page.nextPageToken;
      if (pageToken === undefined) break;
    }
    expect(seen).toStrictEqual(whole.items);
  });
});

test('batchGetSkills', () =>
  forAll(80, any.batchGetSkills, (input) => expectLaw((api) => api.batchGetSkills(input))));

test('getLearningPath', () =>
  forAll(60, any.oneSkill, (input) => expectLaw((api) => api.getLearningPath(input))));
