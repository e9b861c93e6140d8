import fc from 'fast-check';
import type { Skill } from '../../src/contract/model';
import {
  CATEGORIES,
  PROGRESS,
  pageTokenCodec,
  skillsOfCategory,
  skillsOfQuery,
} from '../../src/domain/page-token';
import { holds } from '../support/property';
import { skillWithId, someQuery } from './arbitraries';

const tokens = pageTokenCodec('secret');
const someSkill: fc.Arbitrary<Skill> = skillWithId('some-skill-1');
const REJECTED = expect.objectContaining({
  code: 'INVALID_ARGUMENT',
  reason: 'PAGE_TOKEN_INVALID',
  details: { violations: [expect.objectContaining({ field: 'pageToken' })] },
});

test('a token decodes to the id and the sort key of the last skill', () =>
  holds(
    fc.property(someQuery, someSkill, (query, skill) => {
      const key = query.orderBy?.startsWith('UPDATE_TIME') ? skill.updateTime : skill.name;
      const list = skillsOfQuery(query);
      expect(tokens.decode(list, tokens.encode(list, skill))).toEqual({ id: skill.id, key });
    }),
  ));

test('a token of another query is rejected', () =>
  holds(
    fc.property(someQuery, someQuery, someSkill, (query, other, skill) => {
      const bound = ({ category, tag, text, orderBy }: typeof query) =>
        JSON.stringify([category ?? '', tag ?? '', text?.trim() ?? '', orderBy ?? 'NAME']);
      fc.pre(bound(query) !== bound(other));
      const token = tokens.encode(skillsOfQuery(query), skill);
      expect(() => tokens.decode(skillsOfQuery(other), token)).toThrow(REJECTED);
    }),
  ));

test('a token with any character changed, added or removed is rejected', () =>
  holds(
    fc.property(someQuery, someSkill, fc.nat(), fc.string({ maxLength: 2 }), (query, skill, at, junk) => {
      const list = skillsOfQuery(query);
      const token = tokens.encode(list, skill);
      const place = at % token.length;
      const tampered = token.slice(0, place) + junk + token.slice(place + 1);
      fc.pre(tampered !== token);
      fc.pre(tampered !== '');
      expect(() => tokens.decode(list, tampered)).toThrow(REJECTED);
    }),
    300,
  ));

test('no token and an empty one are the first page', () => {
  expect(tokens.decode(CATEGORIES, undefined)).toBeUndefined();
  expect(tokens.decode(CATEGORIES, '')).toBeUndefined();
});

test('a token of one list is rejected by every other', () => {
  const skill = fc.sample(someSkill, { numRuns: 1, seed: 1 })[0]!;
  const category = { id: 'a', name: 'A', summary: '', position: 0 };
  const progress = { skillId: 'a', status: 'LEARNED', updateTime: '' } as const;
  const made = [
    [CATEGORIES, tokens.encode(CATEGORIES, category)],
    [PROGRESS, tokens.encode(PROGRESS, progress)],
    [skillsOfCategory('a'), tokens.encode(skillsOfCategory('a'), skill)],
    [skillsOfCategory('b'), tokens.encode(skillsOfCategory('b'), skill)],
    [skillsOfQuery({}), tokens.encode(skillsOfQuery({}), skill)],
    [skillsOfQuery({ category: 'a' }), tokens.encode(skillsOfQuery({ category: 'a' }), skill)],
  ] as const;
  for (const [list, token] of made) {
    for (const [other, otherToken] of made) {
      if (other === list) expect(tokens.decode(list, token)).toBeDefined();
      else expect(() => tokens.decode(list, otherToken)).toThrow(REJECTED);
    }
  }
});

test('a token made with another secret and random text are rejected', () => {
  const skill = fc.sample(someSkill, { numRuns: 1, seed: 1 })[0]!;
  const all = skillsOfQuery({});
  for (const token of [pageTokenCodec('other').encode(all, skill), 'junk', '=', '%%%', 'A'.repeat(4000)]) {
    expect(() => tokens.decode(all, token)).toThrow(REJECTED);
  }
});

test('page size and fields are not part of the query that a token belongs to', () => {
  const skill = fc.sample(someSkill, { numRuns: 1, seed: 1 })[0]!;
  const token = tokens.encode(skillsOfQuery({ text: 'git', pageSize: 3 }), skill);
  const same = skillsOfQuery({ text: 'git', pageSize: 7, tag: '', orderBy: 'NAME' });
  expect(tokens.encode(same, skill)).toBe(token);
});

test('the longest token is within the limit of the contract', () => {
  const [skill] = fc.sample(someSkill, { numRuns: 1, seed: 1 });
  const longest = { ...skill!, id: 'x'.repeat(120), name: '\uFDFA'.repeat(200) };
  expect(tokens.encode(skillsOfQuery({}), longest).length).toBeLessThan(4000);
});
