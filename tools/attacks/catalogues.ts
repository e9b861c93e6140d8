/** The catalogues that the attacked server serves. Each contains the shipped skill map, which the attacks refer to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openService, type SkillMap } from '../../src/app/service';
import { generateSkillMap } from '../../src/compare/scenarios/support/generated-map';
import { LIMITS } from '../../src/contract/limits';
import type { Category, NewSkill } from '../../src/contract/model';

const LARGE_SKILLS = 20_000;
const FULL_SKILLS = 200;
const SHIPPED_MAP = join(__dirname, '../../data/skill-map.json');
const CATEGORY_ID = 'tools';

const shipped = (): SkillMap => JSON.parse(readFileSync(SHIPPED_MAP, 'utf8'));

/** All generated skills are in one category. */
const large = (): SkillMap => {
  const map = shipped();
  const { skills } = generateSkillMap(LARGE_SKILLS);
  const inOneCategory = skills.map((skill) => ({ ...skill, categoryIds: [CATEGORY_ID] }));
  return { ...map, skills: [...map.skills, ...inOneCategory] };
};

/** A character of three bytes in UTF-8. */
const WIDE = 'あ';
const wide = (chars: number, suffix = ''): string => WIDE.repeat(chars - suffix.length) + suffix;
const longId = (kind: string, index: number): string =>
  `${kind}-${index}-`.padEnd(LIMITS.idCharsMax, 'x').slice(0, LIMITS.idCharsMax);
const ITEMS = Array.from({ length: LIMITS.listItemsMax }, (_, index) => index);

const fullSkill = (index: number): NewSkill => {
  // Only earlier skills, so that the prerequisites have no cycle. The first skills have fewer of them.
  const earlier = (from: number) =>
    ITEMS.map((item) => index - from - item)
      .filter((other) => other >= 0)
      .map((other) => longId('full', other));
  return {
    id: longId('full', index),
    name: wide(LIMITS.nameCharsMax, String(index)),
    summary: wide(LIMITS.summaryCharsMax),
    categoryIds: [CATEGORY_ID, ...ITEMS.slice(1).map((item) => longId('category', item))],
    tags: ITEMS.map((item) => wide(LIMITS.tagCharsMax, String(item))),
    level: 'INTERMEDIATE',
    requires: earlier(1),
    related: earlier(1),
    aliases: ITEMS.map((item) => wide(LIMITS.nameCharsMax, `${index}-${item}`)),
    demonstrations: ITEMS.map((item) => ({
      path: wide(LIMITS.nameCharsMax, String(item)),
      note: wide(LIMITS.nameCharsMax),
    })),
  };
};

const fullCategory = (item: number): Category => ({
  id: longId('category', item),
  name: wide(LIMITS.nameCharsMax, String(item)),
  summary: wide(LIMITS.summaryCharsMax),
  parentId: CATEGORY_ID,
  position: item,
});

/** Every text and list of these skills has its maximum length. */
const full = (): SkillMap => {
  const map = shipped();
  return {
    ...map,
    categories: [...map.categories, ...ITEMS.slice(1).map(fullCategory)],
    skills: [...map.skills, ...Array.from({ length: FULL_SKILLS }, (_, index) => fullSkill(index))],
  };
};

export const CATALOGUES = { shipped, large, full } as const satisfies Record<string, () => SkillMap>;
export type CatalogueName = keyof typeof CATALOGUES;
export const CATALOGUE_NAMES = Object.keys(CATALOGUES) as CatalogueName[];

export const CATALOGUE_TITLES = {
  shipped: 'the shipped catalogue',
  large: `a catalogue of ${LARGE_SKILLS.toLocaleString('en')} more skills in one category`,
  full: `a catalogue of ${FULL_SKILLS} more skills with all texts and lists at their limits`,
} as const satisfies Record<CatalogueName, string>;

/** Writes the catalogue into a new data folder, as the first start of the server does with the shipped one. */
export const storeCatalogue = async (dataFolder: string, name: CatalogueName): Promise<void> => {
  const service = await openService({ dataFolder, seed: CATALOGUES[name]() });
  await service.close();
};
