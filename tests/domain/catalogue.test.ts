/** The catalogue against a reference implementation, and each change against a newly created catalogue. */
import fc from 'fast-check';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import type { Skill } from '../../src/contract/model';
import type { Catalogue } from '../../src/domain/catalogue';
import { applyChange, createCatalogue } from '../../src/domain/change';
import { parseSeed } from '../../src/domain/seed';
import { holds } from '../support/property';
import { CATEGORIES, skillIds, skillWithId, someQuery, someSkills } from './arbitraries';
import { listedSlowly } from './reference';

const create = (skills: readonly Skill[]): Catalogue => createCatalogue(CATEGORIES, skills, 0);

test('list equals the reference implementation for any skills and query', () =>
  holds(
    fc.property(someSkills, someQuery, (skills, query) => {
      const listing = create(skills).list(query);
      expect(listing.items).toStrictEqual(listedSlowly(skills, query));
      expect(listing.totalSize).toBe(listing.items.length);
    }),
    300,
  ));

test('list equals the reference implementation for long lists', () => {
  const { categories, skills } = parseSeed(generateSkillMap(1500));
  const catalogue = createCatalogue(categories, skills, 0);
  const queries = ['a', 'co', 'the', 'the co', 'the and of c', 'an in wit b', 'the 1', '7 ba', 'zzz'];
  for (const text of queries) {
    for (const orderBy of ['NAME', 'NAME_DESC'] as const) {
      expect(catalogue.list({ text, orderBy }).items).toStrictEqual(listedSlowly(skills, { text, orderBy }));
    }
  }
});

test('pages of any size, joined, are the whole list', () =>
  holds(
    fc.property(
      someSkills,
      someQuery,
      fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
      (skills, query, sizes) => {
        const catalogue = create(skills);
        const joined: Skill[] = [];
        for (let more = true; more; ) {
          const last = joined.at(-1);
          const key = query.orderBy?.startsWith('UPDATE_TIME') ? 'updateTime' : 'name';
          const page = catalogue.list(query, last && { key: last[key], id: last.id }, sizes.next().value);
          joined.push(...page.items);
          more = page.hasMore;
        }
        expect(joined).toStrictEqual(listedSlowly(skills, query));
      },
    ),
  ));

const someChange = fc
  .tuple(fc.subarray(skillIds, { maxLength: 3 }), fc.subarray(skillIds, { maxLength: 3 }))
  .chain(([puts, deletes]) =>
    fc.record({
      puts: fc.tuple(...puts.map(skillWithId)),
      deletes: fc.constant(deletes.filter((id) => !puts.includes(id))),
    }),
  );

test('a catalogue after any changes equals a newly created one', () =>
  holds(
    fc.property(someSkills, fc.array(someChange, { maxLength: 8 }), someQuery, (skills, changes, query) => {
      let catalogue = create(skills);
      const expected = new Map(skills.map((skill) => [skill.id, skill]));
      for (const [index, { puts, deletes }] of changes.entries()) {
        const before = catalogue;
        const listed = before.list(query);
        before.skillsIn('a');
        catalogue = applyChange(before, { revision: index + 1, puts, deletes });
        for (const skill of puts) expected.set(skill.id, skill);
        for (const id of deletes) expected.delete(id);
        expect(before.list(query)).toStrictEqual(listed);
      }
      const fresh = create([...expected.values()]);
      expect(catalogue.list(query)).toStrictEqual(fresh.list(query));
      expect(catalogue.size).toBe(fresh.size);
      expect(catalogue.parts.indexes.word.keys).toStrictEqual(fresh.parts.indexes.word.keys);
      for (const { id } of CATEGORIES) expect(catalogue.skillsIn(id)).toStrictEqual(fresh.skillsIn(id));
      for (const id of skillIds) expect(catalogue.skill(id)).toBe(expected.get(id));
    }),
    200,
  ));

test('skillsIn returns the skills that name the category themselves, ordered by name', () =>
  holds(
    fc.property(someSkills, (skills) => {
      const direct = skills.filter(({ categoryIds }) => categoryIds.includes('a-1'));
      const catalogue = create(skills);
      const sorted = listedSlowly(direct, {});
      expect(catalogue.skillsIn('a-1').items).toStrictEqual(sorted);
      sorted.forEach(({ id, name }, index) => {
        const after = catalogue.skillsIn('a-1', { id, key: name }, 1);
        const rest = sorted.slice(index + 1);
        expect(after).toStrictEqual({
          items: rest.slice(0, 1),
          hasMore: rest.length > 1,
          totalSize: sorted.length,
        });
      });
    }),
  ));

test('categories stand parents first, siblings by position, then id', () => {
  const category = (id: string, position: number, parentId?: string) => ({
    ...{ id, name: id, summary: '', position },
    ...(parentId && { parentId }),
  });
  const categories = [
    category('z', 1, 'b'),
    category('y', 1, 'b'),
    category('b', 0),
    category('x', 0, 'z'),
    category('a', 7),
  ];
  const catalogue = createCatalogue(categories, [], 0);
  expect(catalogue.categories.map(({ id }) => id)).toEqual(['b', 'y', 'z', 'x', 'a']);
  expect(catalogue.childrenOf('b').map(({ id }) => id)).toEqual(['y', 'z']);
  expect(catalogue.childrenOf('nothing')).toEqual([]);
});

test('everything in the catalogue is deeply frozen', () => {
  const { categories, skills } = parseSeed(generateSkillMap(30));
  const catalogue = createCatalogue(categories, skills, 0);
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen));
  expect(catalogue.list({}).items.every(isFrozen)).toBe(true);
  expect(isFrozen(catalogue.categories)).toBe(true);
  expect(catalogue.skillsIn('category-1').items.every(isFrozen)).toBe(true);
});
