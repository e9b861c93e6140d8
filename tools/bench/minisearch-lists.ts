/** Two searches with MiniSearch, measured for docs/decisions/0002. Empty if MiniSearch is not installed. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ListSkills } from '../../src/contract/skills-api';
import type { Catalogue } from '../../src/domain/catalogue';
import { selectSlots } from '../../src/domain/search';
import { wordsOf } from '../../src/domain/words';

type List = (query: ListSkills, limit: number) => unknown;

interface MiniSearch {
  addAll(documents: readonly object[]): void;
  search(text: string, options: object): { id: number }[];
}
interface SearchableMap {
  get(key: string): Int32Array | undefined;
  set(key: string, slots: Int32Array): void;
  atPrefix(prefix: string): { values(): Iterable<Int32Array> };
}

const installed = <T>(name: string): T | undefined => {
  try {
    return createRequire(path.join(process.cwd(), 'package.json'))(name);
  } catch {
    return undefined;
  }
};

/** A slot is the position of a skill in the order of names, so a walk over slots is in that order. */
export const miniSearchLists = (catalogue: Catalogue): Record<string, List> => {
  const MiniSearch = installed<new (options: object) => MiniSearch>('minisearch');
  const Tree = installed<new () => SearchableMap>('minisearch/SearchableMap');
  if (!MiniSearch || !Tree) return {};
  const skills = catalogue.list({}).items;
  const inCategory = new Map(
    catalogue.categories.map(({ id }) => {
      const members = new Set(catalogue.list({ category: id }).items);
      return [id, Int32Array.from(skills.flatMap((skill, slot) => (members.has(skill) ? [slot] : [])))];
    }),
  );
  const page = (has: (slot: number) => boolean, limit: number) => {
    const items = [];
    for (let slot = 0; slot < skills.length && items.length <= limit; slot++)
      if (has(slot)) items.push(skills[slot]);
    return items;
  };

  const mini = new MiniSearch({
    fields: ['text'],
    tokenize: (text: string) => [...wordsOf(text)],
    processTerm: (term: string) => term,
  });
  const tree = new Tree();
  const slotWords = skills.map(({ name, summary, aliases }) => [
    ...wordsOf([name, summary, ...aliases].join('\n')),
  ]);
  const postings = new Map<string, number[]>();
  slotWords.forEach((words, slot) => {
    for (const word of words) {
      const slots = postings.get(word);
      if (slots) slots.push(slot);
      else postings.set(word, [slot]);
    }
  });
  for (const [word, slots] of postings) tree.set(word, Int32Array.from(slots));
  mini.addAll(
    skills.map(({ name, summary, aliases }, id) => {
      const text = [name, summary, ...aliases].join('\n');
      return { id, text };
    }),
  );
  const categorySets = new Map(Array.from(inCategory, ([id, slots]) => [id, new Set(slots)]));

  return {
    'MiniSearch.search': ({ category, text }, limit) => {
      const found = mini.search(text!, { combineWith: 'AND', prefix: true });
      const members = categorySets.get(category!)!;
      const hits = new Set(found.filter(({ id }) => members.has(id)).map(({ id }) => id));
      return page((slot) => hits.has(slot), limit);
    },
    'SearchableMap + slots': ({ category, text }, limit) => {
      const conditions = Array.from(wordsOf(text!), (word) => ({
        lists: [...tree.atPrefix(word).values()],
        holds: (slot: number) => slotWords[slot]!.some((other) => other.startsWith(word)),
      }));
      const list = inCategory.get(category!)!;
      const selected = new Set(
        selectSlots([{ lists: [list], holds: (slot) => list.includes(slot) }, ...conditions], skills.length),
      );
      return page((slot) => selected.has(slot), limit);
    },
  };
};
