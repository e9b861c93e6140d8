import type { Category, Skill } from './model';
import type { ListSkills } from './skills-api';

/**
 * The catalogue as one immutable value, for a protocol whose clients navigate from object to object (GraphQL).
 * Each function except `lengths` takes constant time, and none uses the store.
 */
export interface SkillGraph {
  category(id: string): Category | undefined;
  skill(id: string): Skill | undefined;
  /** The child categories, ordered by position. */
  childrenOf(categoryId: string): readonly Category[];
  /** The skills that are directly in this category, ordered by name. */
  skillsIn(categoryId: string): readonly Skill[];
  /** The page token for the page after this skill in the result of the query. */
  pageTokenAfter(query: ListSkills, last: Skill): string;
  /** For the estimate of a result's size. The first call for a catalogue reads every skill. */
  lengths(): ListLengths;
}

/** How many categories and skills there are, and the mean lengths of the lists in them. */
export interface ListLengths {
  readonly categories: number;
  readonly skills: number;
  readonly childrenOfCategory: number;
  readonly skillsOfCategory: number;
  readonly categoriesOfSkill: number;
  readonly requires: number;
  readonly related: number;
  readonly demonstrations: number;
}
