import type { Category, Skill } from './model';
import type { ListSkills } from './skills-api';

/**
 * The catalogue as one immutable value, for a protocol whose clients navigate from object to object (GraphQL).
 * Each function takes constant time and does not use the store.
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
}
