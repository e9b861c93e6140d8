/** A slow and simple reference implementation of listSkills. */
import type { Skill } from '../../src/contract/model';
import type { ListSkills } from '../../src/contract/skills-api';
import { CATEGORIES } from './arbitraries';

const plain = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase().replace(/ς/g, 'σ');

const wordsIn = (text: string): string[] => {
  const words = [''];
  for (const character of plain(text)) {
    if (/[\p{L}\p{N}]/u.test(character)) words.push(words.pop() + character);
    else words.push(...(/\s/u.test(character) ? [''] : [character, '']));
  }
  return words.filter((word) => word !== '');
};

const isBelow = (id: string | undefined, category: string): boolean =>
  id !== undefined &&
  (id === category || isBelow(CATEGORIES.find((one) => one.id === id)?.parentId, category));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const ORDERS = {
  NAME: (a: Skill, b: Skill) => compare(plain(a.name), plain(b.name)) || compare(a.id, b.id),
  NAME_DESC: (a: Skill, b: Skill) => ORDERS.NAME(b, a),
  UPDATE_TIME: (a: Skill, b: Skill) => compare(a.updateTime, b.updateTime) || compare(a.id, b.id),
  UPDATE_TIME_DESC: (a: Skill, b: Skill) => ORDERS.UPDATE_TIME(b, a),
} as const;

export const listedSlowly = (
  skills: readonly Skill[],
  { category, tag, text, orderBy }: ListSkills,
): Skill[] =>
  skills
    .filter(({ categoryIds }) => !category || categoryIds.some((id) => isBelow(id, category)))
    .filter(({ tags }) => !tag || tags.includes(tag))
    .filter(({ name, summary, aliases }) => {
      const words = [name, summary, ...aliases].flatMap(wordsIn);
      return wordsIn(text ?? '').every((wanted) => words.some((word) => word.startsWith(wanted)));
    })
    .toSorted(ORDERS[orderBy ?? 'NAME']);
