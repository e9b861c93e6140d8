/** Partial responses (AIP-157): without a mask the result is the catalogue's own frozen object, so adapters may cache its bytes. */
import {
  CATEGORY_FIELDS,
  type Category,
  type CategoryField,
  SKILL_FIELDS,
  type Skill,
  type SkillField,
} from '../contract/model';

/** The masked fields in the model's order, not the request's; an absent field stays absent. */
const fieldMask =
  <T extends object>(allFields: readonly (keyof T)[]) =>
  <F extends keyof T>(fields: readonly F[] | undefined): ((value: T) => Pick<T, F>) => {
    if (!fields?.length) return (value) => value;
    const requested = new Set<keyof T>(fields);
    const names = allFields.filter((name) => requested.has(name));
    if (names.length === allFields.length) return (value) => value;
    return (value) => {
      const picked: Partial<T> = {};
      for (const name of names) if (value[name] !== undefined) picked[name] = value[name];
      return picked as Pick<T, F>;
    };
  };

export const maskCategory = fieldMask<Category>(CATEGORY_FIELDS satisfies CategoryField[]);
export const maskSkill = fieldMask<Skill>(SKILL_FIELDS satisfies SkillField[]);
