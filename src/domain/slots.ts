/** Ordered lists of slots as immutable typed arrays; an edit copies whole stretches. */

export interface SlotEdit {
  /** Each of them is in the list. */
  readonly removed: number[];
  readonly added: number[];
}

type Compare = (a: number, b: number) => number;

/** Binary search: the first position at which `isBefore` is false. */
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

/** A new list without the removed slots, with the added ones inserted in the order of `compare`. */
export const editSlots = (list: Int32Array, { removed, added }: SlotEdit, compare: Compare): Int32Array => {
  const rest = removed.length > 0 ? removeSlots(list, removed) : list;
  return added.length > 0 ? insertSlots(rest, added.toSorted(compare), compare) : rest;
};

const removeSlots = (list: Int32Array, removed: readonly number[]): Int32Array => {
  const cuts = removed.map((slot) => list.indexOf(slot)).sort((a, b) => a - b);
  const kept = new Int32Array(list.length - cuts.length);
  let from = 0;
  cuts.forEach((cut, index) => {
    kept.set(list.subarray(from, cut), from - index);
    from = cut + 1;
  });
  kept.set(list.subarray(from), from - cuts.length);
  return kept;
};

const insertSlots = (list: Int32Array, added: readonly number[], compare: Compare): Int32Array => {
  const whole = new Int32Array(list.length + added.length);
  let from = 0;
  added.forEach((slot, index) => {
    const to = lowerBound(list.length, (at) => compare(list[at]!, slot) < 0);
    whole.set(list.subarray(from, to), from + index);
    whole[to + index] = slot;
    from = to;
  });
  whole.set(list.subarray(from), from + added.length);
  return whole;
};

/** The position of each slot in the list. */
export const rankSlots = (list: Int32Array, slotCount: number): Int32Array => {
  const ranks = new Int32Array(slotCount);
  for (let at = 0; at < list.length; at++) ranks[list[at]!] = at;
  return ranks;
};
