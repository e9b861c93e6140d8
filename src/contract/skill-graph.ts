import type { Category, Skill } from './model';
import type { ListSkills } from './skills-api';

/**
 * The catalogue as one immutable value, for a protocol that lets its callers walk from object to object (GraphQL).
 * Every step takes constant time and touches no store.
 */
export interface SkillGraph {
  category(id: string): Category | undefined;
  skill(id: string): Skill | undefined;
  /** The category's children, by position. */
  childrenOf(categoryId: string): readonly Category[];
  /** The skills that name this category themselves, by name. */
  skillsIn(categoryId: string): readonly Skill[];
  /** The page token that goes on after this skill in the list that the query asks for. */
  pageTokenAfter(query: ListSkills, last: Skill): string;
}
