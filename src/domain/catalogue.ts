/** The whole catalogue as one immutable value in memory: every read is a pure function of it. change.ts derives the next one. */
import type { Category, ListPart, Skill } from '../contract/model';
import type { ListSkills } from '../contract/skills-api';
import type { CategoryTree } from './categories';
import type { Cursor } from './page-token';
import { type Condition, markSlots, type SlotIndex, selectSlots, slotsOf, slotsOfPrefix } from './search';
import type { ShardedMap } from './sharded-map';
import { lowerBound } from './slots';
import { compareText, fold, wordsOf } from './words';

/** Each skill keeps one slot, a small integer, for as long as it exists; indexes and orders refer to skills by slot. */
export interface SlotTable {
  readonly byId: ShardedMap<number>;
  readonly skills: readonly (Skill | undefined)[];
  /** The folded names, which the order by name compares. */
  readonly names: readonly string[];
  /** The different words of each skill, in code-unit order. */
  readonly words: readonly (readonly string[])[];
  /** Slots without a skill. */
  readonly free: readonly number[];
}

export type SortKey = 'NAME' | 'UPDATE_TIME';

/** All slots in one order, and the position of each slot in it. */
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
  /** The skills that name a category themselves, ordered by name; a cache that the first read of a category fills. */
  readonly ownSkills: Map<string, readonly Skill[]>;
}

const sortKeyOf = (slot: number, key: SortKey, { names, skills }: SlotTable): string =>
  key === 'NAME' ? names[slot]! : skills[slot]!.updateTime;

/** Compares by the key, and skills of equal keys by id. */
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

  /** At most `limit` categories after the cursor, parents before children. */
  listCategories(cursor: Cursor | undefined, limit: number): ListPart<Category> {
    const start = cursor ? this.categories.findIndex(({ id }) => id === cursor.id) + 1 : 0;
    return slice(this.categories, start, limit);
  }

  /** At most `limit` of the skills that name this category themselves, ordered by name, after the cursor. */
  skillsIn(categoryId: string, cursor?: Cursor, limit = this.size): ListPart<Skill> {
    const skills = this.ownSkillsOf(categoryId);
    const last = cursor && { name: fold(cursor.key), id: cursor.id };
    const isBefore = ({ id, name }: Skill): boolean =>
      last !== undefined && (compareText(fold(name), last.name) || compareText(id, last.id)) <= 0;
    return slice(
      skills,
      lowerBound(skills.length, (at) => isBefore(skills[at]!)),
      limit,
    );
  }

  private ownSkillsOf(categoryId: string): readonly Skill[] {
    if (!this.category(categoryId)) return [];
    const { ownSkills, indexes, slots } = this.parts;
    let skills = ownSkills.get(categoryId);
    if (!skills) {
      const own = slotsOf(indexes.category, categoryId).filter((slot) =>
        slots.skills[slot]!.categoryIds.includes(categoryId),
      );
      skills = Object.freeze(
        Array.from(own.sort(compareSlotsBy('NAME', slots)), (slot) => slots.skills[slot]!),
      );
      ownSkills.set(categoryId, skills);
    }
    return skills;
  }

  /** The skills that name this one in `requires` or `related`, ordered by name. Reads every skill: for deletions only. */
  skillsReferringTo(id: string, field: 'requires' | 'related'): readonly Skill[] {
    return this.list({}).items.filter((skill) => skill[field].includes(id));
  }

  /** At most `limit` of the query's skills, in its order, after the cursor. Ignores the query's page size and token. */
  list(query: ListSkills, cursor?: Cursor, limit = this.size): ListPart<Skill> {
    const { slots, orders } = this.parts;
    const conditions = this.conditionsOf(query);
    const selected = conditions.length === 0 ? undefined : selectSlots(conditions, slots.skills.length);
    const key = query.orderBy?.startsWith('UPDATE_TIME') ? 'UPDATE_TIME' : 'NAME';
    const step = query.orderBy?.endsWith('_DESC') ? -1 : 1;
    const order = orders[key];
    const start = cursor ? this.rankAfter(cursor, key, step) : step > 0 ? 0 : order.slots.length - 1;
    // One slot beyond the limit shows whether another page follows.
    const page = collectInOrder(order, selected, start, step, limit + 1);
    const items = page.slice(0, limit).map((slot) => slots.skills[slot]!);
    return { items, hasMore: page.length > limit, totalSize: selected?.length ?? this.size };
  }

  private conditionsOf({ category, tag, text }: ListSkills): Condition[] {
    const { indexes, slots } = this.parts;
    const isInList = (list: Int32Array): Condition => ({
      lists: [list],
      holds: (slot) => list[lowerBound(list.length, (at) => list[at]! < slot)] === slot,
    });
    const hasWordWithPrefix = (prefix: string): Condition => ({
      lists: slotsOfPrefix(indexes.word, prefix),
      holds: (slot) => {
        const words = slots.words[slot]!;
        return words[lowerBound(words.length, (at) => words[at]! < prefix)]?.startsWith(prefix) ?? false;
      },
    });
    const conditions = text ? Array.from(wordsOf(text), hasWordWithPrefix) : [];
    if (tag) conditions.push(isInList(slotsOf(indexes.tag, tag)));
    if (category) conditions.push(isInList(slotsOf(indexes.category, category)));
    return conditions;
  }

  /** The rank of the first skill after the cursor, in the direction of `step`. */
  private rankAfter(cursor: Cursor, key: SortKey, step: 1 | -1): number {
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

const slice = <Item>(list: readonly Item[], start: number, limit: number): ListPart<Item> => ({
  items: list.slice(start, start + limit),
  hasMore: start + limit < list.length,
  totalSize: list.length,
});

/** Up to this many selected slots, sorting their ranks is cheaper than walking the whole order. */
const SORTED_SLOTS_MAX = 256;

/** The selected slots (all when undefined) in the order, starting with the rank `start`, at most `limit`. */
const collectInOrder = (
  { slots, ranks }: SlotOrder,
  selected: Int32Array | undefined,
  start: number,
  step: 1 | -1,
  limit: number,
): number[] => {
  const collected: number[] = [];
  if (selected && selected.length <= SORTED_SLOTS_MAX) {
    const sorted = selected.map((slot) => ranks[slot]!).sort();
    if (step < 0) sorted.reverse();
    for (let at = 0; at < sorted.length && collected.length < limit; at++) {
      if ((sorted[at]! - start) * step >= 0) collected.push(slots[sorted[at]!]!);
    }
    return collected;
  }
  const marks = selected && markSlots([selected], ranks.length);
  for (let at = start; at >= 0 && at < slots.length && collected.length < limit; at += step) {
    const slot = slots[at]!;
    if (!marks || marks[slot] === 1) collected.push(slot);
  }
  return collected;
};
