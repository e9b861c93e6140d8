/** An inverted index: each key lists the slots of the skills that have it. */
import { editSlots, lowerBound, type SlotEdit } from './slots';

/** Keys in code-unit order, so that keys with the same prefix are neighbours; `slots[i]`, ascending, belong to `keys[i]`. */
export interface SlotIndex {
  readonly keys: readonly string[];
  readonly slots: readonly Int32Array[];
}

export const EMPTY_INDEX: SlotIndex = { keys: [], slots: [] };

const NO_SLOTS = new Int32Array();

const compareNumbers = (a: number, b: number): number => a - b;

const keyPosition = ({ keys }: SlotIndex, key: string): number =>
  lowerBound(keys.length, (at) => keys[at]! < key);

export const slotsOf = (index: SlotIndex, key: string): Int32Array => {
  const at = keyPosition(index, key);
  return index.keys[at] === key ? index.slots[at]! : NO_SLOTS;
};

/** The lists of all keys that start with the prefix. U+FFFF ends the range, as the contract rejects it in text. */
export const slotsOfPrefix = (index: SlotIndex, prefix: string): readonly Int32Array[] =>
  index.slots.slice(keyPosition(index, prefix), keyPosition(index, `${prefix}\uFFFF`));

/** Returns a new index and leaves the old one unchanged. A key without slots is dropped. */
export const editIndex = (index: SlotIndex, edits: ReadonlyMap<string, SlotEdit>): SlotIndex => {
  if (edits.size === 0) return index;
  if (index.keys.length === 0) return indexOf(edits);
  const keys = index.keys.slice();
  const slots = index.slots.slice();
  for (const [key, edit] of edits) {
    const at = keyPosition({ keys, slots }, key);
    const oldCount = keys[at] === key ? 1 : 0;
    const edited = editSlots(oldCount ? slots[at]! : NO_SLOTS, edit, compareNumbers);
    if (oldCount && edited.length > 0) slots[at] = edited;
    else {
      keys.splice(at, oldCount, ...(edited.length > 0 ? [key] : []));
      slots.splice(at, oldCount, ...(edited.length > 0 ? [edited] : []));
    }
  }
  return { keys, slots };
};

/** Sorts the keys once: inserting tens of thousands of keys one by one takes seconds. */
const indexOf = (edits: ReadonlyMap<string, SlotEdit>): SlotIndex => {
  const keys = [...edits.keys()].sort();
  return { keys, slots: keys.map((key) => Int32Array.from(edits.get(key)!.added).sort()) };
};

/** One condition of a query, in two forms: the lists of all slots that meet it, and a test of one slot. */
export interface Condition {
  readonly lists: readonly Int32Array[];
  readonly holds: (slot: number) => boolean;
}

/** One call of `holds`, which searches the words of a skill, costs about as much as reading this many items of a list. */
const HOLDS_COST = 400;

/**
 * The slots that meet all conditions, in any order. Starts with the condition of the fewest slots; each further one
 * tests the remaining slots or reads its lists, whichever is cheaper.
 */
export const selectSlots = (conditions: readonly Condition[], slotCount: number): Int32Array => {
  const sized = conditions.map(({ lists, holds }) => {
    let size = 0;
    for (const list of lists) size += list.length;
    return { lists, holds, size };
  });
  sized.sort((a, b) => a.size - b.size);
  const [first = { lists: [] }, ...others] = sized;
  let remaining = unite(first.lists, slotCount);
  for (const { lists, holds, size } of others) {
    if (remaining.length === 0) break;
    if (remaining.length * HOLDS_COST < size) remaining = remaining.filter((slot) => holds(slot));
    else {
      const marks = markSlots(lists, slotCount);
      remaining = remaining.filter((slot) => marks[slot] === 1);
    }
  }
  return remaining;
};

/** One byte per slot: 1 for the slots in the lists. */
export const markSlots = (lists: readonly Int32Array[], slotCount: number): Uint8Array => {
  const marks = new Uint8Array(slotCount);
  for (const list of lists) for (let at = 0; at < list.length; at++) marks[list[at]!] = 1;
  return marks;
};

const unite = (lists: readonly Int32Array[], slotCount: number): Int32Array => {
  if (lists.length <= 1) return lists[0] ?? NO_SLOTS;
  const marks = new Uint8Array(slotCount);
  const union = new Int32Array(slotCount);
  let size = 0;
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const slot = list[at]!;
      union[size] = slot;
      size += 1 - marks[slot]!;
      marks[slot] = 1;
    }
  }
  return union.subarray(0, size);
};
