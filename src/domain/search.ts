/** An inverted index over small integers: each skill holds a slot, and each key knows the slots that have it. */

/** Keys in code-unit order, so that all keys with one beginning are neighbours; `slots[i]`, ascending, belong to `keys[i]`. */
export interface SlotIndex {
  readonly keys: readonly string[];
  readonly slots: readonly Int32Array[];
}

export const EMPTY_INDEX: SlotIndex = { keys: [], slots: [] };

export interface Edit {
  readonly removed: Set<number>;
  readonly added: number[];
}

/** The first position at which `isBefore` no longer holds. */
export const lowerBound = (length: number, isBefore: (position: number) => boolean): number => {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A new list without the removed slots and with the added ones where `compare` wants them. */
export const editSlots = (
  list: Int32Array,
  { removed, added }: Edit,
  compare: (a: number, b: number) => number,
): Int32Array => {
  const kept = removed.size === 0 ? list : list.filter((slot) => !removed.has(slot));
  if (added.length === 0) return kept;
  const edited = new Int32Array(kept.length + added.length);
  let from = 0;
  added.sort(compare).forEach((slot, index) => {
    const to = lowerBound(kept.length, (position) => compare(kept[position]!, slot) < 0);
    edited.set(kept.subarray(from, to), from + index);
    edited[to + index] = slot;
    from = to;
  });
  edited.set(kept.subarray(from), from + added.length);
  return edited;
};

const ascending = (a: number, b: number): number => a - b;
const NO_SLOTS = new Int32Array();

const position = ({ keys }: SlotIndex, key: string): number =>
  lowerBound(keys.length, (at) => keys[at]! < key);

/** A new index; the old one stays as it was. Keys that nobody has any more are dropped. */
export const editIndex = (index: SlotIndex, edits: ReadonlyMap<string, Edit>): SlotIndex => {
  if (edits.size === 0) return index;
  const slots = index.slots.slice();
  const fresh: { key: string; slots: Int32Array }[] = [];
  let emptied = false;
  for (const [key, edit] of edits) {
    const at = position(index, key);
    const known = index.keys[at] === key;
    const edited = editSlots(known ? index.slots[at]! : NO_SLOTS, edit, ascending);
    emptied ||= edited.length === 0;
    if (known) slots[at] = edited;
    else fresh.push({ key, slots: edited });
  }
  return fresh.length === 0 && !emptied ? { keys: index.keys, slots } : merged(index.keys, slots, fresh);
};

const merged = (
  keys: readonly string[],
  slots: readonly Int32Array[],
  fresh: { key: string; slots: Int32Array }[],
): SlotIndex => {
  const into = { keys: [] as string[], slots: [] as Int32Array[] };
  const push = (key: string, list: Int32Array) => {
    if (list.length === 0) return;
    into.keys.push(key);
    into.slots.push(list);
  };
  fresh.sort((a, b) => (a.key < b.key ? -1 : 1));
  let next = 0;
  keys.forEach((key, at) => {
    for (; next < fresh.length && fresh[next]!.key < key; next++) push(fresh[next]!.key, fresh[next]!.slots);
    push(key, slots[at]!);
  });
  for (; next < fresh.length; next++) push(fresh[next]!.key, fresh[next]!.slots);
  return into;
};

export const slotsOf = (index: SlotIndex, key: string): Int32Array => {
  const at = position(index, key);
  return index.keys[at] === key ? index.slots[at]! : NO_SLOTS;
};

/** U+FFFF ends the range: the contract lets it into no text. */
export const slotsOfPrefix = (index: SlotIndex, prefix: string): readonly Int32Array[] =>
  index.slots.slice(position(index, prefix), position(index, `${prefix}\uFFFF`));

export interface Selection {
  readonly size: number;
  readonly has: (slot: number) => boolean;
}

/**
 * The slots that occur in every condition, where each condition is a union of lists. One pass over the lists: a slot's
 * count goes up only where it already equals the number of conditions before this one.
 */
export const select = (conditions: readonly (readonly Int32Array[])[], slotCount: number): Selection => {
  const counts = new Uint16Array(slotCount);
  let size = 0;
  for (let met = 0; met < conditions.length; met++) {
    size = 0;
    for (const list of conditions[met]!) {
      for (let at = 0; at < list.length; at++) {
        const slot = list[at]!;
        if (counts[slot] === met) {
          counts[slot] = met + 1;
          size++;
        }
      }
    }
    if (size === 0) break;
  }
  return { size, has: (slot) => counts[slot] === conditions.length };
};
