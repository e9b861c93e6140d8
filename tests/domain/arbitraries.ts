/** Generators of small catalogues with many equal names, words and categories. */
import fc from 'fast-check';
import type { Category, Skill } from '../../src/contract/model';

export const CATEGORIES: readonly Category[] = [
  { id: 'a', name: 'A', summary: '', position: 0 },
  { id: 'a-1', name: 'A 1', summary: '', parentId: 'a', position: 0 },
  { id: 'a-1-1', name: 'A 1 1', summary: '', parentId: 'a-1', position: 0 },
  { id: 'b', name: 'B', summary: '', position: 1 },
];

const WORDS = [
  'git',
  'GIT',
  'gitlab',
  'Café',
  'cafe\u0301',
  'C++',
  '100%',
  '_',
  'node.js',
  'straße',
  '語',
  '"x"',
];

const someText = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 4 })
  .map((words) => words.join(' '));

const time = fc.integer({ min: 0, max: 3 }).map((second) => `2026-01-01T00:00:0${second}.000Z`);

export const skillWithId = (id: string): fc.Arbitrary<Skill> =>
  fc.record({
    id: fc.constant(id),
    name: someText,
    summary: someText,
    categoryIds: fc.subarray(['a', 'a-1', 'a-1-1', 'b'], { minLength: 1 }),
    tags: fc.subarray(['x', 'y', 'z']),
    requires: fc.constant([]),
    related: fc.constant([]),
    aliases: fc.array(someText, { maxLength: 2 }),
    demonstrations: fc.constant([]),
    createTime: time,
    updateTime: time,
    etag: fc.constant('e'),
  });

export const skillIds = Array.from({ length: 12 }, (_, index) => `s${index}`);

export const someSkills: fc.Arbitrary<readonly Skill[]> = fc
  .subarray(skillIds)
  .chain((ids) => fc.tuple(...ids.map(skillWithId)));

export const someQuery = fc.record(
  {
    category: fc.constantFrom('a', 'a-1', 'a-1-1', 'b'),
    tag: fc.constantFrom('', 'x', 'y'),
    text: someText,
    orderBy: fc.constantFrom('NAME', 'NAME_DESC', 'UPDATE_TIME', 'UPDATE_TIME_DESC'),
  },
  { requiredKeys: [] },
);
