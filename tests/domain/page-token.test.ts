import fc from 'fast-check';
import type { Skill } from '../../src/contract/model';
import { pageTokenCodec } from '../../src/domain/page-token';
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
      expect(tokens.decode(query, tokens.encode(query, skill))).toEqual({ id: skill.id, key });
    }),
  ));

test('a token of another query is rejected', () =>
  holds(
    fc.property(someQuery, someQuery, someSkill, (query, other, skill) => {
      const bound = ({ category, tag, text, orderBy }: typeof query) =>
        JSON.stringify([category ?? '', tag ?? '', text?.trim() ?? '', orderBy ?? 'NAME']);
      fc.pre(bound(query) !== bound(other));
      expect(() => tokens.decode(other, tokens.encode(query, skill))).toThrow(REJECTED);
    }),
  ));

test('a token with any character changed, added or removed is rejected', () =>
  holds(
    fc.property(someQuery, someSkill, fc.nat(), fc.string({ maxLength: 2 }), (query, skill, at, junk) => {
      const token = tokens.encode(query, skill);
      const place = at % token.length;
      const tampered = token.slice(0, place) + junk + token.slice(place + 1);
      fc.pre(tampered !== token);
      expect(() => tokens.decode(query, tampered)).toThrow(REJECTED);
    }),
    300,
  ));

test('a token made with another secret, an empty token and random text are rejected', () => {
  const skill = fc.sample(someSkill, { numRuns: 1, seed: 1 })[0]!;
  for (const token of [pageTokenCodec('other').encode({}, skill), '', 'junk', '=', '%%%', 'A'.repeat(4000)]) {
    expect(() => tokens.decode({}, token)).toThrow(REJECTED);
  }
});

test('page size and fields are not part of the query that a token belongs to', () => {
  const skill = fc.sample(someSkill, { numRuns: 1, seed: 1 })[0]!;
  const token = tokens.encode({ text: 'git', pageSize: 3 }, skill);
  expect(tokens.encode({ text: 'git', pageSize: 7, tag: '', orderBy: 'NAME' }, skill)).toBe(token);
});

test('the longest token is within the limit of the contract', () => {
  const [skill] = fc.sample(someSkill, { numRuns: 1, seed: 1 });
  const longest = { ...skill!, id: 'x'.repeat(120), name: '\uFDFA'.repeat(200) };
  expect(tokens.encode({}, longest).length).toBeLessThan(4000);
});
