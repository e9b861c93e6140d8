/** The whole catalogue as one immutable value, in memory: every read is a function of it. change.ts makes the next one. */
import type { Category, Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';
import type { CategoryTree } from './categories';
import type { Cursor } from './page-token';
import { type Condition, markSlots, type SlotIndex, selectSlots, slotsOf, slotsOfPrefix } from './search';
import type { ShardedMap } from './sharded-map';
import { lowerBound } from './slots';
import { compareText, fold, wordsOf } from './words';

/** Each skill keeps one slot, a small integer, for as long as it exists; all else refers to skills by slot. */
export interface SlotTable {
  readonly byId: ShardedMap<number>;
  readonly skills: readonly (Skill | undefined)[];
  /** The names as they are ordered by. */
  readonly names: readonly string[];
  /** The different words of each skill, in code-unit order. */
  readonly words: readonly (readonly string[])[];
  readonly free: readonly number[];
}

export type SortKey = 'NAME' | 'UPDATE_TIME';

/** All slots in one order, and for each slot where it stands there. */
export interface SlotOrder {
  readonly slots: Int32Array;
  readonly ranks: Int32Array;
}

export interface CatalogueParts {
  readonly revision: number;
  readonly tree: CategoryTree;
  readonly slots: SlotTable;
  /** `category` also counts a skill for every category above its own. */
  readonly indexes: Readonly<Record<'category' | 'tag' | 'word', SlotIndex>>;
  readonly orders: Readonly<Record<SortKey, SlotOrder>>;
  /** Each category's own skills, by name; filled when first asked for. */
  readonly ownSkills: Map<string, readonly Skill[]>;
}

export interface Listing {
  readonly items: readonly Skill[];
  readonly hasMore: boolean;
  readonly totalSize: number;
}

export const sortKeyOf = (slot: number, key: SortKey, { names, skills }: SlotTable): string =>
  key === 'NAME' ? names[slot]! : skills[slot]!.updateTime;

/** By the key, ties by id. */
export const compareSlotsBy =
  (key: SortKey, slots: SlotTable) =>
  (a: number, b: number): number =>
    compareText(sortKeyOf(a, key, slots), sortKeyOf(b, key, slots)) ||
    compareText(slots.skills[a]!.id, slots.skills[b]!.id);

export class Catalogue {
  constructor(readonly parts: CatalogueParts) {}

  get revision(): number {
    return this.parts.revision;
  }

  get size(): number {
    return this.parts.orders.NAME.slots.length;
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
    const { ownSkills: shelves, indexes, slots } = this.parts;
    let shelf = shelves.get(categoryId);
    if (!shelf) {
      const own = slotsOf(indexes.category, categoryId).filter((slot) =>
        slots.skills[slot]!.categoryIds.includes(categoryId),
      );
      shelf = Object.freeze(
        Array.from(own.sort(compareSlotsBy('NAME', slots)), (slot) => slots.skills[slot]!),
      );
      shelves.set(categoryId, shelf);
    }
    return shelf;
  }

  /** The skills that name this one in `requires` or `related`, by name. Looks at all: only a deletion asks. */
  skillsReferringTo(id: string, through: 'requires' | 'related'): readonly Skill[] {
    return this.list({}).items.filter((skill) => skill[through].includes(id));
  }

  /** At most `limit` of the query's skills, in its order, from behind the cursor. Looks at no page size or token. */
  list(query: ListSkills, after?: Cursor, limit = this.size): Listing {
    const { slots, orders } = this.parts;
    const conditions = this.conditions(query);
    const selected = conditions.length === 0 ? undefined : selectSlots(conditions, slots.skills.length);
    const key = query.orderBy?.startsWith('UPDATE_TIME') ? 'UPDATE_TIME' : 'NAME';
    const step = query.orderBy?.endsWith('_DESC') ? -1 : 1;
    const order = orders[key];
    const start = after ? this.rankBehind(after, key, step) : step > 0 ? 0 : order.slots.length - 1;
    // One more than asked for, to know whether there is more.
    const found = walkOrder(order, selected, start, step, limit + 1);
    const items = found.slice(0, limit).map((slot) => slots.skills[slot]!);
    return { items, hasMore: found.length > limit, totalSize: selected?.length ?? this.size };
  }

  private conditions({ category, tag, text }: ListSkills): Condition[] {
    const { indexes, slots } = this.parts;
    const among = (list: Int32Array): Condition => ({
      lists: [list],
      has: (slot) => list[lowerBound(list.length, (at) => list[at]! < slot)] === slot,
    });
    const beginning = (word: string): Condition => ({
      lists: slotsOfPrefix(indexes.word, word),
      has: (slot) => {
        const words = slots.words[slot]!;
        return words[lowerBound(words.length, (at) => words[at]! < word)]?.startsWith(word) ?? false;
      },
    });
    const conditions = text ? Array.from(wordsOf(text), beginning) : [];
    if (tag) conditions.push(among(slotsOf(indexes.tag, tag)));
    if (category) conditions.push(among(slotsOf(indexes.category, category)));
    return conditions;
  }

  private rankBehind(cursor: Cursor, key: SortKey, step: 1 | -1): number {
    const { slots, orders } = this.parts;
    const order = orders[key].slots;
    const sortKey = key === 'NAME' ? fold(cursor.key) : cursor.key;
    const compare = (slot: number): number =>
      compareText(sortKeyOf(slot, key, slots), sortKey) || compareText(slots.skills[slot]!.id, cursor.id);
    return step > 0
      ? lowerBound(order.length, (at) => compare(order[at]!) <= 0)
      : lowerBound(order.length, (at) => compare(order[at]!) < 0) - 1;
  }
}

/** Up to here it is cheaper to sort the ranks of what was selected than to walk the order and look for it. */
const SORTED_MAX = 256;

/** The selected slots (all when undefined) in the order, from `start` on, at most `limit`. */
const walkOrder = (
  { slots, ranks }: SlotOrder,
  selected: Int32Array | undefined,
  start: number,
  step: 1 | -1,
  limit: number,
): number[] => {
  const found: number[] = [];
  if (selected && selected.length <= SORTED_MAX) {
    const sorted = selected.map((slot) => ranks[slot]!).sort();
    if (step < 0) sorted.reverse();
    for (let at = 0; at < sorted.length && found.length < limit; at++) {
      if ((sorted[at]! - start) * step >= 0) found.push(slots[sorted[at]!]!);
    }
    return found;
  }
  const marks = selected && markSlots([selected], ranks.length);
  for (let at = start; at >= 0 && at < slots.length && found.length < limit; at += step) {
    const slot = slots[at]!;
    if (!marks || marks[slot] === 1) found.push(slot);
  }
  return found;
};
