import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NewSkill } from '../../src/contract/model';
import { parseSeed, type SkillMap } from '../../src/domain/seed';
import { SMALL_MAP } from '../support/small-map';

test('the shipped skill map is valid, and every skill has an etag of its own', () => {
  const file = path.join(__dirname, '../../data/skill-map.json');
  const { skills } = parseSeed(JSON.parse(readFileSync(file, 'utf8')));
  expect(new Set(skills.map(({ etag }) => etag)).size).toBe(skills.length);
});

test('reading the same map twice gives the same etags', () => {
  expect(parseSeed(SMALL_MAP)).toStrictEqual(parseSeed(structuredClone(SMALL_MAP)));
});

const [git, ...others] = SMALL_MAP.skills as [NewSkill, ...NewSkill[]];
const [tools, ...otherCategories] = SMALL_MAP.categories;

test.each<[string, Partial<SkillMap>, RegExp]>([
  ['two skills with one id', { skills: [...SMALL_MAP.skills, git] }, /two skills/],
  ['two categories with one id', { categories: [tools!, ...SMALL_MAP.categories] }, /two categories/],
  [
    'a reference to an unknown skill',
    { skills: [{ ...git, related: ['x'] }, ...others] },
    /"git" refers to "x"/,
  ],
  ['a reference to an unknown category', { categories: otherCategories }, /"git" refers to "tools"/],
  [
    'a category below itself',
    { categories: [{ ...tools!, parentId: 'tools' }, ...otherCategories] },
    /no path to a root/,
  ],
  ['a skill related to itself', { skills: [{ ...git, related: ['git'] }, ...others] }, /related to itself/],
  ['a cycle', { skills: [{ ...git, requires: ['github'] }, ...others] }, /git -> github -> git/],
  ['an id that is not a slug', { skills: [{ ...git, id: 'Git' }, ...others] }, /skills\[0\]\.id/],
  ['a createTime that is not a time', { createTime: 'yesterday' }, /createTime/],
  ['an unknown field', { skills: [{ ...git, color: 'red' } as NewSkill, ...others] }, /color/],
])('a map with %s is rejected with a one-line message', (_what, wrong, message) => {
  expect(() => parseSeed({ ...SMALL_MAP, ...wrong })).toThrow(message);
  try {
    parseSeed({ ...SMALL_MAP, ...wrong });
  } catch (error) {
    expect(String(error)).not.toContain('\n');
  }
});
