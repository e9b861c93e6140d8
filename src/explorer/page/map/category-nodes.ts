/** The category tree with the number of skills, and the skills of a category and its descendants. */
import type { Category } from '../../api';
import type { Catalogue, MapSkill } from './catalogue';

export interface CategoryNode {
  readonly category: Category;
  /** 1 for a root. */
  readonly level: number;
  readonly children: readonly CategoryNode[];
  /** Skills in the category and its descendants, each counted once. */
  readonly count: number;
}

/** From the root down to the category itself; empty for an unknown one. */
export const ancestorsOf = (categories: readonly Category[], id: string | undefined): Category[] => {
  const chain: Category[] = [];
  for (let at = id; at !== undefined; at = chain[0]?.parentId) {
    const found = categories.find((category) => category.id === at);
    if (!found || chain.includes(found)) break;
    chain.unshift(found);
  }
  return chain;
};

/** In the service's order: parents before children, siblings by position. */
export const categoryNodes = ({ categories, skills }: Catalogue): CategoryNode[] => {
  const chains = new Map<string, readonly string[]>();
  const below = new Map<string | undefined, Category[]>();
  for (const category of categories) {
    const { id, parentId } = category;
    chains.set(id, [...(chains.get(parentId ?? '') ?? []), id]);
    below.set(parentId, [...(below.get(parentId) ?? []), category]);
  }
  const counts = new Map<string, number>();
  for (const { categoryIds } of skills.values()) {
    const above = new Set(categoryIds.flatMap((id) => chains.get(id) ?? []));
    for (const id of above) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const nodes = (parentId: string | undefined, level: number): CategoryNode[] =>
    (below.get(parentId) ?? []).map((category) => ({
      category,
      level,
      children: nodes(category.id, level + 1),
      count: counts.get(category.id) ?? 0,
    }));
  return nodes(undefined, 1);
};

/** All skills if no category is given. */
export const skillsIn = ({ categories, skills }: Catalogue, category: string | undefined): MapSkill[] => {
  const all = [...skills.values()];
  if (category === undefined) return all;
  const below = new Set([category]);
  // Parents stand before their children.
  for (const { id, parentId } of categories) if (parentId && below.has(parentId)) below.add(id);
  return all.filter(({ categoryIds }) => categoryIds.some((id) => below.has(id)));
};
