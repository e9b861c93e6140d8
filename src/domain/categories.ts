/** The forest of categories, built once with the catalogue; no operation changes it. */
import type { Category } from '../contract/model';

export interface CategoryTree {
  /** Depth first: parents before children, siblings by position, then id. */
  readonly all: readonly Category[];
  readonly byId: ReadonlyMap<string, Category>;
  readonly children: ReadonlyMap<string, readonly Category[]>;
  /** By category id: the id itself and the ids of all its ancestors. */
  readonly lineage: ReadonlyMap<string, readonly string[]>;
}

const bySiblingOrder = (a: Category, b: Category): number =>
  a.position - b.position || (a.id < b.id ? -1 : 1);

/** A category without a path to a root, through a cycle or an unknown parent, is missing from `all`. */
export const categoryTree = (categories: readonly Category[]): CategoryTree => {
  const siblings = new Map<string, Category[]>();
  for (const category of [...categories].sort(bySiblingOrder)) {
    const parentId = category.parentId ?? '';
    siblings.set(parentId, [...(siblings.get(parentId) ?? []), category]);
  }
  const all: Category[] = [];
  const lineage = new Map<string, readonly string[]>();
  const stack = (siblings.get('') ?? []).toReversed();
  for (let category = stack.pop(); category; category = stack.pop()) {
    all.push(category);
    lineage.set(category.id, [category.id, ...(lineage.get(category.parentId ?? '') ?? [])]);
    stack.push(...(siblings.get(category.id) ?? []).toReversed());
  }
  return {
    all: Object.freeze(all),
    byId: new Map(all.map((category) => [category.id, category])),
    children: new Map(all.map(({ id }) => [id, Object.freeze(siblings.get(id) ?? [])])),
    lineage,
  };
};
