/** The categories as a tree (WAI-ARIA, "Tree View Pattern"), rendered as a flat list of rows with levels. */
import { useState } from 'preact/hooks';
import type { CategoryNode } from './category-nodes';

/** Stands for the whole catalogue in place of a category's id. */
export const ALL = '';

interface CategoryTreeProps {
  readonly nodes: readonly CategoryNode[];
  readonly total: number;
  readonly chosen: string | undefined;
  /** Ancestors of the chosen category; they are open initially. */
  readonly above: ReadonlySet<string>;
  readonly onChoose: (category: string | undefined) => void;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly level: number;
  readonly parent?: string;
  readonly place: number;
  readonly siblings: number;
  readonly isOpen?: boolean;
}

const idOf = ({ id }: Row): string | undefined => (id === ALL ? undefined : id);

export const CategoryTree = ({ nodes, total, chosen, above, onChoose }: CategoryTreeProps) => {
  /** Rows that the visitor opened or closed. */
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [current, setCurrent] = useState<string>();
  const isOpen = (id: string): boolean => opened.get(id) ?? above.has(id);
  const open = (id: string, to: boolean) => setOpened(new Map(opened).set(id, to));
  const rowsOf = (list: readonly CategoryNode[], parent?: string): Row[] =>
    list.flatMap(({ category: { id, name }, count, level, children }, index) => [
      {
        ...{ id, name, count, level, parent },
        place: index + (level === 1 ? 2 : 1),
        siblings: list.length + (level === 1 ? 1 : 0),
        ...(children.length > 0 && { isOpen: isOpen(id) }),
      },
      ...(isOpen(id) ? rowsOf(children, id) : []),
    ]);
  const all: Row = {
    id: ALL,
    name: 'All skills',
    count: total,
    level: 1,
    place: 1,
    siblings: nodes.length + 1,
  };
  const rows = [all, ...rowsOf(nodes)];
  const stop = rows.find(({ id }) => id === (current ?? chosen)) ?? all;

  const go = (row: Row | undefined) => {
    if (!row) return;
    setCurrent(row.id);
    document.getElementById(`map-category-${row.id}`)?.focus();
  };
  const move = (event: KeyboardEvent) => {
    const at = rows.indexOf(stop);
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => {
        if (stop.isOpen === false) open(stop.id, true);
        else if (stop.isOpen) go(rows[at + 1]);
      },
      ArrowLeft: () => {
        if (stop.isOpen) open(stop.id, false);
        else go(rows.find(({ id }) => id === stop.parent));
      },
      Enter: () => onChoose(idOf(stop)),
      ' ': () => onChoose(idOf(stop)),
    };
    const typed = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const begins = ({ name }: Row) => name.toLowerCase().startsWith(event.key.toLowerCase());
    const found = typed && [...rows.slice(at + 1), ...rows.slice(0, at)].find(begins);
    const act = moves[event.key] ?? (found && (() => go(found)));
    if (!act) return;
    event.preventDefault();
    act();
  };

  const click = ({ target }: MouseEvent) => {
    const at = target as HTMLElement;
    const row = rows.find(({ id }) => `map-category-${id}` === at.closest('[role=treeitem]')?.id);
    if (!row) return;
    setCurrent(row.id);
    if (row.isOpen !== undefined && at.closest('.map-toggle')) open(row.id, !row.isOpen);
    else onChoose(idOf(row));
  };

  return (
    <div class="map-tree" role="tree" aria-label="Categories" onKeyDown={move} onClick={click}>
      {rows.map((row) => (
        <div
          key={row.id}
          id={`map-category-${row.id}`}
          class="map-category"
          role="treeitem"
          aria-level={row.level}
          aria-posinset={row.place}
          aria-setsize={row.siblings}
          aria-expanded={row.isOpen}
          aria-selected={row.id === chosen}
          tabIndex={row === stop ? 0 : -1}
          style={{ paddingLeft: `${(row.level - 1) * 1.1}rem` }}
          onFocus={() => setCurrent(row.id)}
        >
          <span class="map-toggle" aria-hidden="true">
            {row.isOpen === undefined ? '' : row.isOpen ? '▾' : '▸'}
          </span>
          <span class="map-category-name">{row.name}</span>
          <span class="map-count">
            {row.count.toLocaleString('en')}
            <span class="hidden"> skills</span>
          </span>
        </div>
      ))}
    </div>
  );
};
