/** Partial responses: without a mask the catalogue's own frozen object goes out, so adapters may remember its bytes. */

import type { SkillField } from '../contract/model';
import {
  CATEGORY_FIELDS,
  type Category,
  type CategoryField,
  SKILL_FIELDS,
  type Skill,
} from '../contract/model';

/** Fields in the model's order, whatever the order asked for; an absent one stays absent. */
const masked =
  <T extends object>(all: readonly (keyof T)[]) =>
  <F extends keyof T>(fields: readonly F[] | undefined): ((value: T) => Pick<T, F>) => {
    if (!fields?.length) return (value) => value;
    const wanted = new Set<keyof T>(fields);
    const names = all.filter((name) => wanted.has(name));
    return (value) => {
      const picked: Partial<T> = {};
      for (const name of names) if (value[name] !== undefined) picked[name] = value[name];
      return picked as Pick<T, F>;
    };
  };

export const maskCategory = masked<Category>(CATEGORY_FIELDS satisfies CategoryField[]);
export const maskSkill = masked<Skill>(SKILL_FIELDS satisfies SkillField[]);
