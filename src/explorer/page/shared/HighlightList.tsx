/** A list whose current item highlights its value in every message. It is one Tab stop; arrow keys move within it. */
import type { ComponentChildren } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { keyAt, useHighlight, useHighlightWithin } from './highlight';
import './highlight-list.css';

export interface HighlightItem {
  readonly key: string;
  readonly content: ComponentChildren;
}

interface HighlightListProps {
  readonly label: string;
  readonly items: readonly HighlightItem[];
}

const next = (at: number, last: number) => Math.min(at + 1, last);
const previous = (at: number) => Math.max(at - 1, 0);

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: next,
  ArrowRight: next,
  ArrowUp: previous,
  ArrowLeft: previous,
  Home: () => 0,
  End: (_, last) => last,
};

/** Items drawn before "Show all"; a page of skills has thousands. */
const ITEMS_FIRST = 150;

export const HighlightList = ({ label, items: all }: HighlightListProps) => {
  const [at, setAt] = useState(-1);
  const [isWhole, showWhole] = useState(false);
  const items = useMemo(() => (isWhole ? all : all.slice(0, ITEMS_FIRST)), [all, isWhole]);
  const { highlight } = useHighlight();
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useHighlightWithin(root, items);
  const go = (to: number) => {
    setAt(to);
    highlight(items[to]?.key);
    root.current?.children[to]?.scrollIntoView({ block: 'nearest' });
  };
  const step = (event: KeyboardEvent) => {
    const to = STEPS[event.key]?.(at, items.length - 1);
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const click = ({ target }: Event) => {
    const index = (target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset.index;
    if (index !== undefined) go(Number(index));
  };
  return (
    <>
      <div
        ref={root}
        class="highlight-list"
        role="listbox"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        onKeyDown={step}
        onFocus={() => highlight(items[at]?.key)}
        onBlur={() => highlight(undefined)}
        onClick={click}
        onMouseOver={(event) => highlight(keyAt(event))}
        onMouseLeave={() => highlight(undefined)}
      >
        {items.map(({ key, content }, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a timestamp have the same key.
            key={index}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            data-key={key}
            data-index={index}
            tabIndex={-1}
          >
            {content}
          </div>
        ))}
      </div>
      {items.length < all.length && (
        <button type="button" class="small" onClick={() => showWhole(true)}>
          Show all {all.length.toLocaleString('en')}
          <span class="hidden"> of {label}</span>
        </button>
      )}
    </>
  );
};
