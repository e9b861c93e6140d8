/** From one catalogue to the next: copies what a change touches, about a millisecond at 14,000 skills, and shares the rest. */
import type { Category, Skill } from '../contract/model';
import { Catalogue, comparing, type Parts } from './catalogue';
import { type CategoryTree, categoryTree } from './categories';
import { type Edit, EMPTY_INDEX, editIndex, editSlots } from './search';
import { fold, wordsOf } from './words';

/** What one write did. A skill put stands from then on exactly as given, whether it was there before or not. */
export interface Change {
  readonly revision: number;
  readonly puts: readonly Skill[];
  readonly deletes: readonly string[];
}

export const createCatalogue = (
  categories: readonly Category[],
  skills: readonly Skill[],
  revision: number,
): Catalogue => {
  const parts: Parts = {
    revision: 0,
    tree: categoryTree(deepFreeze(categories)),
    slots: { byId: new Map(), skills: [], names: [], free: [] },
    indexes: { category: EMPTY_INDEX, tag: EMPTY_INDEX, word: EMPTY_INDEX },
    orders: { NAME: new Int32Array(), UPDATE_TIME: new Int32Array() },
    shelves: new Map(),
  };
  return apply(new Catalogue(parts), { revision, puts: skills, deletes: [] });
};

/** The skills put become part of the catalogue, and are frozen. */
export const apply = ({ parts }: Catalogue, change: Change): Catalogue => {
  const draft = new Draft(parts);
  for (const skill of change.puts) draft.replace(skill.id, skill);
  for (const id of change.deletes) draft.replace(id, undefined);
  return new Catalogue(draft.finish(change.revision));
};

class Edits {
  readonly byKey = new Map<string, Edit>();

  move(slot: number, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const key of before) if (!after.has(key)) this.of(key).removed.add(slot);
    for (const key of after) if (!before.has(key)) this.of(key).added.push(slot);
  }

  private of(key: string): Edit {
    let edit = this.byKey.get(key);
    if (!edit) {
      edit = { removed: new Set(), added: [] };
      this.byKey.set(key, edit);
    }
    return edit;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Under which keys each index has a skill. */
const KEYS = {
  category: ({ categoryIds }: Skill, { lineage }: CategoryTree) =>
    new Set(categoryIds.flatMap((id) => lineage.get(id) ?? [])),
  tag: ({ tags }: Skill) => new Set(tags),
  word: ({ name, summary, aliases }: Skill) => wordsOf([name, summary, ...aliases].join('\n')),
};
const KINDS = Object.keys(KEYS) as (keyof typeof KEYS)[];

class Draft {
  private readonly byId: Map<string, number>;
  private readonly skills: (Skill | undefined)[];
  private readonly names: string[];
  private readonly free: number[];
  private readonly shelves: Map<string, readonly Skill[]>;
  private readonly edits = { category: new Edits(), tag: new Edits(), word: new Edits() };
  private readonly moved: Edit = { removed: new Set(), added: [] };

  constructor(private readonly parts: Parts) {
    const { byId, skills, names, free } = parts.slots;
    this.byId = new Map(byId);
    this.skills = [...skills];
    this.names = [...names];
    this.free = [...free];
    this.shelves = new Map(parts.shelves);
  }

  /** At most once for each id. */
  replace(id: string, after: Skill | undefined): void {
    const known = this.byId.get(id);
    if (known === undefined && !after) return;
    const slot = known ?? this.free.pop() ?? this.skills.length;
    const before = this.skills[slot];
    for (const kind of KINDS) {
      const keys = (skill: Skill | undefined) => (skill ? KEYS[kind](skill, this.parts.tree) : NONE);
      this.edits[kind].move(slot, keys(before), keys(after));
    }
    for (const shelf of [...(before?.categoryIds ?? []), ...(after?.categoryIds ?? [])])
      this.shelves.delete(shelf);
    if (before) this.moved.removed.add(slot);
    if (after) {
      this.moved.added.push(slot);
      if (known === undefined) this.byId.set(id, slot);
    } else {
      this.byId.delete(id);
      this.free.push(slot);
    }
    this.skills[slot] = after && deepFreeze(after);
    this.names[slot] = after ? fold(after.name) : '';
  }

  finish(revision: number): Parts {
    const { tree, indexes, orders } = this.parts;
    const slots = { byId: this.byId, skills: this.skills, names: this.names, free: this.free };
    return {
      revision,
      tree,
      slots,
      indexes: {
        category: editIndex(indexes.category, this.edits.category.byKey),
        tag: editIndex(indexes.tag, this.edits.tag.byKey),
        word: editIndex(indexes.word, this.edits.word.byKey),
      },
      orders: {
        NAME: editSlots(orders.NAME, this.moved, comparing('NAME', slots)),
        UPDATE_TIME: editSlots(orders.UPDATE_TIME, this.moved, comparing('UPDATE_TIME', slots)),
      },
      shelves: this.shelves,
    };
  }
}

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
};
