/** The whole catalogue as one immutable value, in memory: every read is a function of it. change.ts makes the next one. */
import type { Category, Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';
import type { CategoryTree } from './categories';
import type { Cursor } from './page-token';
import { lowerBound, type SlotIndex, select, slotsOf, slotsOfPrefix } from './search';
import { compareText, fold, wordsOf } from './words';

/** Each skill keeps one slot, a small integer, for as long as it exists; all else refers to skills by slot. */
export interface Slots {
  readonly byId: ReadonlyMap<string, number>;
  readonly skills: readonly (Skill | undefined)[];
  /** The names as they are ordered by. */
  readonly names: readonly string[];
  readonly free: readonly number[];
}

export type SortKey = 'NAME' | 'UPDATE_TIME';

export interface Parts {
  readonly revision: number;
  readonly tree: CategoryTree;
  readonly slots: Slots;
  /** `category` also counts a skill for every category above its own. */
  readonly indexes: Readonly<Record<'category' | 'tag' | 'word', SlotIndex>>;
  readonly orders: Readonly<Record<SortKey, Int32Array>>;
  /** Each category's own skills, by name; filled when first asked for. */
  readonly shelves: Map<string, readonly Skill[]>;
}

export interface Listing {
  readonly items: readonly Skill[];
  readonly more: boolean;
  readonly totalSize: number;
}

export const sortKeyOf = (slot: number, key: SortKey, { names, skills }: Slots): string =>
  key === 'NAME' ? names[slot]! : skills[slot]!.updateTime;

/** By the key, ties by id. */
export const comparing =
  (key: SortKey, slots: Slots) =>
  (a: number, b: number): number =>
    compareText(sortKeyOf(a, key, slots), sortKeyOf(b, key, slots)) ||
    compareText(slots.skills[a]!.id, slots.skills[b]!.id);

export class Catalogue {
  constructor(readonly parts: Parts) {}

  get revision(): number {
    return this.parts.revision;
  }

  get size(): number {
    return this.parts.slots.byId.size;
  }

  /** Parents before children, siblings by position. */
  get categories(): readonly Category[] {
    return this.parts.tree.all;
  }

  category(id: string): Category | undefined {
    return this.parts.tree.byId.get(id);
  }

  skill(id: string): Skill | undefined {
    const slot = this.parts.slots.byId.get(id);
    return slot === undefined ? undefined : this.parts.slots.skills[slot];
  }

  childrenOf(categoryId: string): readonly Category[] {
    return this.parts.tree.children.get(categoryId) ?? [];
  }

  skillsIn(categoryId: string): readonly Skill[] {
    if (!this.category(categoryId)) return [];
    const { shelves, indexes, slots } = this.parts;
    let shelf = shelves.get(categoryId);
    if (!shelf) {
      const own = slotsOf(indexes.category, categoryId).filter((slot) =>
        slots.skills[slot]!.categoryIds.includes(categoryId),
      );
      shelf = Object.freeze(Array.from(own.sort(comparing('NAME', slots)), (slot) => slots.skills[slot]!));
      shelves.set(categoryId, shelf);
    }
    return shelf;
  }

  /** The skills that name this one in `requires` or `related`, by name. Looks at all: only a deletion asks. */
  referringTo(id: string, through: 'requires' | 'related'): readonly Skill[] {
    return this.list({}).items.filter((skill) => skill[through].includes(id));
  }

  /** At most `limit` of the query's skills, in its order, from behind the cursor. Looks at no page size or token. */
  list(query: ListSkills, after?: Cursor, limit = this.size): Listing {
    const { slots, orders } = this.parts;
    const conditions = this.conditions(query);
    const selected = conditions.length === 0 ? undefined : select(conditions, slots.skills.length);
    const items: Skill[] = [];
    if (selected?.size === 0) return { items, more: false, totalSize: 0 };

    const key = query.orderBy?.startsWith('UPDATE_TIME') ? 'UPDATE_TIME' : 'NAME';
    const step = query.orderBy?.endsWith('_DESC') ? -1 : 1;
    const order = orders[key];
    const start = after ? this.positionBehind(after, key, step) : step > 0 ? 0 : order.length - 1;
    let more = false;
    for (let at = start; at >= 0 && at < order.length && !more; at += step) {
      const slot = order[at]!;
      if (selected && !selected.has(slot)) continue;
      if (items.length === limit) more = true;
      else items.push(slots.skills[slot]!);
    }
    return { items, more, totalSize: selected?.size ?? this.size };
  }

  private conditions({ category, tag, text }: ListSkills): (readonly Int32Array[])[] {
    const { indexes } = this.parts;
    const conditions: (readonly Int32Array[])[] = [];
    if (category) conditions.push([slotsOf(indexes.category, category)]);
    if (tag) conditions.push([slotsOf(indexes.tag, tag)]);
    if (text) for (const word of wordsOf(text)) conditions.push(slotsOfPrefix(indexes.word, word));
    return conditions;
  }

  private positionBehind(cursor: Cursor, key: SortKey, step: 1 | -1): number {
    const { slots, orders } = this.parts;
    const order = orders[key];
    const sortKey = key === 'NAME' ? fold(cursor.key) : cursor.key;
    const compare = (slot: number): number =>
      compareText(sortKeyOf(slot, key, slots), sortKey) || compareText(slots.skills[slot]!.id, cursor.id);
    return step > 0
      ? lowerBound(order.length, (at) => compare(order[at]!) <= 0)
      : lowerBound(order.length, (at) => compare(order[at]!) < 0) - 1;
  }
}
