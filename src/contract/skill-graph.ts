import type { Category, Page, Progress, Skill } from './model';
import type { ListSkills, Paging } from './skills-api';

/**
 * The catalogue as one immutable value, for a protocol whose clients navigate from object to object (GraphQL).
 * No function uses the store, and each except `lengths` takes constant time, or time for one page.
 */
export interface SkillGraph {
  category(id: string): Category | undefined;
  skill(id: string): Skill | undefined;
  /** The child categories, ordered by position. */
  childrenOf(categoryId: string): readonly Category[];
  /** The skills that are directly in this category, ordered by name. Throws INVALID_ARGUMENT as a list does. */
  skillsIn(categoryId: string, paging: Paging): Page<Skill>;
  /** The page token for the page after an item of a list. */
  readonly tokenAfter: {
    category(last: Category): string;
    skill(query: ListSkills, last: Skill): string;
    skillIn(categoryId: string, last: Skill): string;
    progress(last: Progress): string;
  };
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
