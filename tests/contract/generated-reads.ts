/** Generated reads: each of the four clients returns the result or the error of the service. */
import fc from 'fast-check';
import { PROGRESS_STATUSES } from '../../src/contract/model';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { Input, OPERATIONS, Operation, SkillsApi } from '../../src/contract/skills-api';
import { arbitrariesOf } from '../support/arbitraries';
import { CONTRACT_MAP } from '../support/contract-map';
import { forAll } from '../support/generated-cases';
import { IMPLEMENTATION_NAMES, type TestedService } from '../support/implementations';
import { outcomeOf } from '../support/outcome';

const any = arbitrariesOf(CONTRACT_MAP);

type Read = { [O in Operation]: (typeof OPERATIONS)[O] extends 'read' ? O : never }[Operation];

/** The number of generated inputs per operation, before FC_RUNS scales it. */
const CASES: Readonly<Record<Read, number>> = {
  listCategories: 20,
  getCategory: 80,
  getSkill: 120,
  listSkills: 300,
  batchGetSkills: 80,
  getLearningPath: 60,
  listProgress: 20,
};

export const describeGeneratedReads = (apiOf: TestedService['apiOf']): void => {
  const expectEqualOutcomes = async <O extends Read>(operation: O, input: Input<O>): Promise<void> => {
    const call = (api: SkillsApi) =>
      outcomeOf((api[operation] as (input: Input<O>) => Promise<unknown>)(input));
    const expected = await call(apiOf('direct'));
    const outcomes = PROTOCOL_NAMES.map(async (implementation) => [
      implementation,
      await call(apiOf(implementation)),
    ]);
    expect(await Promise.all(outcomes)).toStrictEqual(
      PROTOCOL_NAMES.map((implementation) => [implementation, expected]),
    );
  };

  /** The learner has progress on 40 skills, so that learning paths contain learned ids. */
  beforeAll(async () => {
    const { items } = await apiOf('direct').listSkills({ pageSize: 40, fields: ['id'] });
    for (const [index, { id }] of items.entries()) {
      await apiOf('direct').setProgress({ skillId: id, status: PROGRESS_STATUSES[index % 3]! });
    }
  });

  test.each(Object.keys(CASES) as Read[])('%s has the same outcome through every client', (operation) => {
    const inputs: fc.Arbitrary<Input<Read>> =
      operation === 'listSkills'
        ? any.inputs.listSkills.map(({ pageToken: _, ...query }) => query)
        : any.inputs[operation];
    return forAll(CASES[operation], inputs, (input) => expectEqualOutcomes(operation, input));
  });

  test('listSkills with a made-up page token has the same outcome through every client', () =>
    forAll(60, any.inputs.listSkills, (input) => expectEqualOutcomes('listSkills', input)));

  test('listSkills pages read through alternating implementations join to the whole list', () => {
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
      fc.infiniteStream(fc.tuple(fc.constantFrom(...IMPLEMENTATION_NAMES), fc.integer({ min: 1, max: 40 }))),
    );
    return forAll(40, walks, async ([query, steps]) => {
      const whole = await apiOf('direct').listSkills({ ...query, pageSize: 200 });
      const items: unknown[] = [];
      let pageToken: string | undefined;
      for (const [via, pageSize] of steps) {
        const page = await apiOf(via).listSkills({ ...query, pageSize, ...(pageToken && { pageToken }) });
        expect(page.totalSize).toBe(whole.totalSize);
        items.push(...page.items);
        pageToken = page.nextPageToken;
        if (pageToken === undefined) break;
      }
      expect(items).toStrictEqual(whole.items);
    });
  });
};
