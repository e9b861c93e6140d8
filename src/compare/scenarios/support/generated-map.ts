/** Generates catalogues of any size. The same size and seed give the same text. */
import type { SkillMap } from '../../../app/service';
import type { Category, NewSkill } from '../../../contract/model';
import { createRandom } from './random';

const SYLLABLES = 'ba co de fi gra ho ject ka lo mi net or pro que ra sta tion un ver wa ex yl zo'.split(' ');
const COMMON = 'and the of to in a for with use on by is work that as their or from an such'.split(' ');

/** Word frequencies are as uneven as in real text: 4 of 10 words are among the twenty most common. */
const createVocabulary = (random: () => number, size: number): (() => string) => {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const words = Array.from({ length: size }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SYLLABLES)).join(''),
  );
  return () => (random() < 0.4 ? pick(COMMON) : words[Math.floor(size * random() ** 2)]!);
};

export const generateSkillMap = (skillCount: number, seed = 1): SkillMap => {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const word = createVocabulary(random, Math.max(50, skillCount));
  const phrase = (words: number): string => Array.from({ length: words }, word).join(' ');
  const categories: Category[] = Array.from({ length: Math.ceil(skillCount / 22) }, (_, index) => ({
    id: `category-${index}`,
    name: phrase(2),
    summary: phrase(8),
    ...(index >= 10 && { parentId: `category-${Math.floor(index / 8)}` }),
    position: below(100),
  }));
  const skills: NewSkill[] = Array.from({ length: skillCount }, (_, index) => {
    const some = (count: number, limit: number) => [
      ...new Set(Array.from({ length: count }, () => below(limit))),
    ];
    const skillIds = (count: number) => some(index > 0 ? count : 0, index).map((other) => `skill-${other}`);
    return {
      id: `skill-${index}`,
      name: `${phrase(1 + below(4))} ${index}`,
      summary: phrase(10 + below(25)),
      categoryIds: some(1 + below(2), categories.length).map((category) => `category-${category}`),
      tags: some(below(3), 40).map((tag) => `tag ${tag}`),
      ...(random() < 0.8 && { level: 'BEGINNER' as const }),
      requires: skillIds(below(3)),
      related: skillIds(below(2)),
      aliases: [...new Set(Array.from({ length: below(6) }, () => phrase(3)))],
      demonstrations: [],
    };
  });
  return { createTime: '2026-01-01T00:00:00.000Z', categories, skills };
};
