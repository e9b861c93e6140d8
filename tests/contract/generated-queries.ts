/** The law on generated queries: whatever is asked, the four clients answer what the service answers. */
import fc from 'fast-check';
import { PROGRESS_STATUSES } from '../../src/contract/model';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { Input, OPERATIONS, Operation, SkillsApi } from '../../src/contract/skills-api';
import { arbitrariesOf } from '../support/arbitraries';
import { VIAS } from '../support/implementations';
import { forAll } from '../support/law';
import { LAW_MAP } from '../support/law-map';
import { outcome } from '../support/outcome';
import { apiOf } from './generated-five';

const any = arbitrariesOf(LAW_MAP);

type Read = { [O in Operation]: (typeof OPERATIONS)[O] extends 'read' ? O : never }[Operation];

/** How often each is asked. */
const CASES: Readonly<Record<Read, number>> = {
  listCategories: 20,
  getCategory: 80,
  getSkill: 120,
  listSkills: 300,
  batchGetSkills: 80,
  getLearningPath: 60,
  listProgress: 1,
};

const expectLaw = async <O extends Read>(operation: O, input: Input<O>): Promise<void> => {
  const ask = (api: SkillsApi) => outcome((api[operation] as (input: Input<O>) => Promise<unknown>)(input));
  const expected = await ask(apiOf('direct'));
  const answers = PROTOCOL_NAMES.map(async (via) => [via, await ask(apiOf(via))]);
  expect(await Promise.all(answers)).toStrictEqual(PROTOCOL_NAMES.map((via) => [via, expected]));
};

/** Some of the skills are learned, so that paths have something to say of their learner. */
beforeAll(async () => {
  const { items } = await apiOf('direct').listSkills({ pageSize: 40, fields: ['id'] });
  for (const [index, { id }] of items.entries()) {
    await apiOf('direct').setProgress({ skillId: id, status: PROGRESS_STATUSES[index % 3]! });
  }
});

test.each(Object.keys(CASES) as Read[])('%s', (operation) => {
  const inputs: fc.Arbitrary<Input<Read>> =
    operation === 'listSkills'
      ? any.inputs.listSkills.map(({ pageToken: _, ...query }) => query)
      : any.inputs[operation];
  return forAll(CASES[operation], inputs, (input) => expectLaw(operation, input));
});

test('listSkills with a token that nobody gave', () =>
  forAll(60, any.inputs.listSkills, (input) => expectLaw('listSkills', input)));

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
