/** An inverted index over small integers: each skill holds a slot, and each key knows the slots that have it. */
import { editSlots, lowerBound, type SlotEdit } from './slots';

/** Keys in code-unit order, so that all keys with one beginning are neighbours; `slots[i]`, ascending, belong to `keys[i]`. */
export interface SlotIndex {
  readonly keys: readonly string[];
  readonly slots: readonly Int32Array[];
}

export const EMPTY_INDEX: SlotIndex = { keys: [], slots: [] };

const NO_SLOTS = new Int32Array();

const ascending = (a: number, b: number): number => a - b;

const position = ({ keys }: SlotIndex, key: string): number =>
  lowerBound(keys.length, (at) => keys[at]! < key);

export const slotsOf = (index: SlotIndex, key: string): Int32Array => {
  const at = position(index, key);
  return index.keys[at] === key ? index.slots[at]! : NO_SLOTS;
};

/** U+FFFF ends the range: the contract lets it into no text. */
export const slotsOfPrefix = (index: SlotIndex, prefix: string): readonly Int32Array[] =>
  index.slots.slice(position(index, prefix), position(index, `${prefix}\uFFFF`));

/** A new index; the old one stays as it was. Keys that nobody has any more are dropped. */
export const editIndex = (index: SlotIndex, edits: ReadonlyMap<string, SlotEdit>): SlotIndex => {
  if (edits.size === 0) return index;
  if (index.keys.length === 0) return indexOf(edits);
  const keys = index.keys.slice();
  const slots = index.slots.slice();
  for (const [key, edit] of edits) {
    const at = position({ keys, slots }, key);
    const known = keys[at] === key ? 1 : 0;
    const edited = editSlots(known ? slots[at]! : NO_SLOTS, edit, ascending);
    if (known && edited.length > 0) slots[at] = edited;
    else {
      keys.splice(at, known, ...(edited.length > 0 ? [key] : []));
      slots.splice(at, known, ...(edited.length > 0 ? [edited] : []));
    }
  }
  return { keys, slots };
};

/** Sorted once: tens of thousands of keys, put one by one into their places, would take seconds. */
const indexOf = (edits: ReadonlyMap<string, SlotEdit>): SlotIndex => {
  const keys = [...edits.keys()].sort();
  return { keys, slots: keys.map((key) => Int32Array.from(edits.get(key)!.added).sort()) };
};

/** What a slot must meet: it is in one of these lists, or, said of one slot, `has` it. */
export interface Condition {
  readonly lists: readonly Int32Array[];
  readonly has: (slot: number) => boolean;
}

/** Asking `has`, which searches among the words of a skill, costs about as much as reading this many items of a list. */
const HAS_COST = 400;

/**
 * The slots that meet all conditions, in no order. Starts from the condition with the fewest, and asks only about what
 * is left where that is cheaper than to read all of the next condition's lists.
 */
export const selectSlots = (conditions: readonly Condition[], slotCount: number): Int32Array => {
  const sized = conditions.map(({ lists, has }) => {
    let size = 0;
    for (const list of lists) size += list.length;
    return { lists, has, size };
  });
  sized.sort((a, b) => a.size - b.size);
  const [first = { lists: [] }, ...others] = sized;
  let left = union(first.lists, slotCount);
  for (const { lists, has, size } of others) {
    if (left.length === 0) break;
    if (left.length * HAS_COST < size) left = left.filter((slot) => has(slot));
    else {
      const marks = markSlots(lists, slotCount);
      left = left.filter((slot) => marks[slot] === 1);
    }
  }
  return left;
};

export const markSlots = (lists: readonly Int32Array[], slotCount: number): Uint8Array => {
  const marks = new Uint8Array(slotCount);
  for (const list of lists) for (let at = 0; at < list.length; at++) marks[list[at]!] = 1;
  return marks;
};

const union = (lists: readonly Int32Array[], slotCount: number): Int32Array => {
  if (lists.length <= 1) return lists[0] ?? NO_SLOTS;
  const marks = new Uint8Array(slotCount);
  const found = new Int32Array(slotCount);
  let size = 0;
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const slot = list[at]!;
      found[size] = slot;
      size += 1 - marks[slot]!;
      marks[slot] = 1;
    }
  }
  return found.subarray(0, size);
};
