/** Derives the next catalogue from one by copying what a change touches, about a millisecond at 14,000 skills, and sharing the rest. */
import type { Category, Skill } from '../contract/model';
import {
  Catalogue,
  type CatalogueParts,
  compareSlotsBy,
  type SlotOrder,
  type SlotTable,
  type SortKey,
} from './catalogue';
import { type CategoryTree, categoryTree } from './categories';
import { EMPTY_INDEX, editIndex, type SlotIndex } from './search';
import { ShardedMap } from './sharded-map';
import { editSlots, rankSlots, type SlotEdit } from './slots';
import { fold, wordsOf } from './words';

/** The effect of one write. A skill in `puts` replaces the whole skill of the same id; no id occurs twice. */
export interface Change {
  readonly revision: number;
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

const EMPTY_ORDER: SlotOrder = { slots: new Int32Array(), ranks: new Int32Array() };

export const createCatalogue = (
  categories: readonly Category[],
  skills: readonly Skill[],
  revision: number,
): Catalogue => {
  const empty: CatalogueParts = {
    revision: 0,
    tree: categoryTree(deepFreeze(categories)),
    slots: { byId: ShardedMap.empty(), skills: [], names: [], words: [], free: [] },
    indexes: { category: EMPTY_INDEX, tag: EMPTY_INDEX, word: EMPTY_INDEX },
    orders: { NAME: EMPTY_ORDER, UPDATE_TIME: EMPTY_ORDER },
    ownSkills: new Map(),
  };
  return applyChange(new Catalogue(empty), { revision, puts: skills, deletes: [] });
};

/** The skills in `puts` become part of the new catalogue, and are frozen. */
export const applyChange = ({ parts }: Catalogue, change: Change): Catalogue => {
  const { tree, indexes, orders } = parts;
  const slotChanges = assignSlots(parts.slots, change);
  const slots = updateSlotTable(parts.slots, slotChanges);
  const updateIndex = (index: SlotIndex, keysOf: (skill: Skill) => readonly string[]): SlotIndex =>
    editIndex(
      index,
      collectKeyEdits(
        slotChanges,
        ({ before }) => (before ? keysOf(before) : NO_KEYS),
        ({ after }) => (after ? keysOf(after) : NO_KEYS),
      ),
    );
  const wordEdits = collectKeyEdits(
    slotChanges,
    ({ slot }) => parts.slots.words[slot] ?? NO_KEYS,
    ({ slot }) => slots.words[slot]!,
  );
  return new Catalogue({
    revision: change.revision,
    tree,
    slots,
    indexes: {
      category: updateIndex(indexes.category, (skill) => categoryKeys(skill, tree)),
      tag: updateIndex(indexes.tag, ({ tags }) => tags),
      word: editIndex(indexes.word, wordEdits),
    },
    orders: {
      NAME: updateOrder(orders.NAME, 'NAME', slots, slotChanges),
      UPDATE_TIME: updateOrder(orders.UPDATE_TIME, 'UPDATE_TIME', slots, slotChanges),
    },
    ownSkills: dropChangedCategories(parts.ownSkills, slotChanges),
  });
};

/** What a change does to one slot: the skill in it before and after, undefined where the slot is free. */
interface SlotChange {
  readonly id: string;
  readonly slot: number;
  readonly before: Skill | undefined;
  readonly after: Skill | undefined;
}

/** A new skill takes a free slot, or else a new one at the end. An unknown id in `deletes` is ignored. */
const assignSlots = ({ byId, skills, free }: SlotTable, { puts, deletes }: Change): SlotChange[] => {
  let freeCount = free.length;
  let slotCount = skills.length;
  const takeSlot = () => (freeCount > 0 ? free[--freeCount]! : slotCount++);
  const changes: SlotChange[] = [];
  for (const skill of puts) {
    const slot = byId.get(skill.id) ?? takeSlot();
    changes.push({ id: skill.id, slot, before: skills[slot], after: skill });
  }
  for (const id of deletes) {
    const slot = byId.get(id);
    if (slot !== undefined) changes.push({ id, slot, before: skills[slot], after: undefined });
  }
  return changes;
};

const updateSlotTable = (table: SlotTable, changes: readonly SlotChange[]): SlotTable => {
  const [skills, names, words] = [table.skills.slice(), table.names.slice(), table.words.slice()];
  const ids = new Map<string, number | undefined>();
  for (const { id, slot, before, after } of changes) {
    skills[slot] = after && deepFreeze(after);
    names[slot] = after ? fold(after.name) : '';
    words[slot] = after ? wordKeys(after) : NO_KEYS;
    if (!before || !after) ids.set(id, after && slot);
  }
  const taken = new Set(changes.filter(({ after }) => after).map(({ slot }) => slot));
  const freed = changes.filter(({ after }) => !after).map(({ slot }) => slot);
  return {
    byId: ids.size > 0 ? table.byId.with(ids) : table.byId,
    skills,
    names,
    words,
    free: [...table.free.filter((slot) => !taken.has(slot)), ...freed],
  };
};

const NO_KEYS: readonly string[] = [];

/** The different words of a skill's texts, in code-unit order. */
const wordKeys = ({ name, summary, aliases }: Skill): readonly string[] =>
  [...wordsOf([name, summary, ...aliases].join('\n'))].sort();

/** The categories of a skill and all their ancestors. */
const categoryKeys = ({ categoryIds }: Skill, { lineage }: CategoryTree): readonly string[] =>
  categoryIds.flatMap((id) => lineage.get(id) ?? []);

type KeysOfChange = (change: SlotChange) => readonly string[];

/** The edits of an index, by key: a slot leaves the keys that its skill lost and joins those that it gained. */
const collectKeyEdits = (
  changes: readonly SlotChange[],
  keysBefore: KeysOfChange,
  keysAfter: KeysOfChange,
): ReadonlyMap<string, SlotEdit> => {
  const edits = new Map<string, SlotEdit>();
  const editOf = (key: string): SlotEdit => {
    const edit = edits.get(key) ?? { removed: [], added: [] };
    edits.set(key, edit);
    return edit;
  };
  for (const change of changes) {
    const before = new Set(keysBefore(change));
    const after = new Set(keysAfter(change));
    for (const key of before) if (!after.has(key)) editOf(key).removed.push(change.slot);
    for (const key of after) if (!before.has(key)) editOf(key).added.push(change.slot);
  }
  return edits;
};

const updateOrder = (
  order: SlotOrder,
  key: SortKey,
  table: SlotTable,
  changes: readonly SlotChange[],
): SlotOrder => {
  const edit: SlotEdit = {
    removed: changes.filter(({ before }) => before).map(({ slot }) => slot),
    added: changes.filter(({ after }) => after).map(({ slot }) => slot),
  };
  const slots = editSlots(order.slots, edit, compareSlotsBy(key, table));
  return { slots, ranks: rankSlots(slots, table.skills.length) };
};

const dropChangedCategories = (
  ownSkills: ReadonlyMap<string, readonly Skill[]>,
  changes: readonly SlotChange[],
): Map<string, readonly Skill[]> => {
  const unchanged = new Map(ownSkills);
  for (const { before, after } of changes) {
    for (const id of before?.categoryIds ?? []) unchanged.delete(id);
    for (const id of after?.categoryIds ?? []) unchanged.delete(id);
  }
  return unchanged;
};

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
};
