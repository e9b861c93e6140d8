/** The catalogue that the first start stores: validated by the same rules as a call, with reproducible etags. */
import { z } from 'zod';
import { INPUTS } from '../contract/inputs';
import type { Category, NewSkill, Skill } from '../contract/model';
import { categoryTree } from './categories';
import { sortTopologically } from './learning-path';
import { addEtag, fillDefaults } from './writes';

/** The shape of data/skill-map.json. */
export interface SkillMap {
  readonly createTime: string;
  readonly categories: readonly Category[];
  readonly skills: readonly NewSkill[];
}

export interface Seed {
  readonly categories: readonly Category[];
  readonly skills: readonly Skill[];
}

const newSkill = INPUTS.createSkill.shape.skill;
const category = z.strictObject({
  id: newSkill.shape.id,
  name: newSkill.shape.name,
  summary: newSkill.shape.summary.nonoptional(),
  parentId: newSkill.shape.id.optional(),
  position: z.int32().min(0),
});
const skillMap = z.strictObject({
  createTime: z.iso.datetime({ precision: 3 }),
  categories: z.array(category),
  skills: z.array(newSkill),
});

const FIRST_REVISION = 0;

/** Throws an Error whose one-line message names the wrong field or id. */
export const parseSeed = (json: unknown): Seed => {
  const parsed = skillMap.safeParse(json);
  if (!parsed.success) throw new Error(`skill map: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  const { createTime, categories, skills } = parsed.data;
  checkSkillMap(categories, skills);
  const times = { createTime, updateTime: createTime };
  return {
    categories,
    skills: skills.map((skill) => addEtag({ ...fillDefaults(skill), ...times }, FIRST_REVISION)),
  };
};

const checkSkillMap = (categories: readonly Category[], skills: readonly NewSkill[]): void => {
  const requires = new Map(skills.map((skill) => [skill.id, skill.requires ?? []]));
  const categoryIdSet = new Set(categories.map(({ id }) => id));
  const fail = (message: string): never => {
    throw new Error(`skill map: ${message}`);
  };
  if (categoryIdSet.size < categories.length) fail('two categories have the same id');
  if (categoryTree(categories).all.length < categories.length)
    fail('a category has no path to a root category');
  if (requires.size < skills.length) fail('two skills have the same id');
  for (const { id, categoryIds, related = [] } of skills) {
    const unknown =
      categoryIds.find((other) => !categoryIdSet.has(other)) ??
      [...requires.get(id)!, ...related].find((other) => !requires.has(other));
    if (unknown !== undefined) fail(`"${id}" refers to "${unknown}", which does not exist`);
    if (related.includes(id)) fail(`"${id}" is related to itself`);
  }
  const { cycle } = sortTopologically(requires.keys(), (id) => requires.get(id)!);
  if (cycle) fail(`prerequisites form a cycle: ${cycle.join(' -> ')}`);
};
