/** The value that is pointed at: whatever shows a value with the same key lights up. */
import { createContext, type RefObject } from 'preact';
import { useContext, useLayoutEffect } from 'preact/hooks';

export interface Highlight {
  readonly highlighted: string | undefined;
  readonly highlight: (key: string | undefined) => void;
}

export const HighlightContext = createContext<Highlight>({ highlighted: undefined, highlight: () => {} });

export const useHighlight = (): Highlight => useContext(HighlightContext);

/** The key of what an event happened on. */
export const keyAt = ({ target }: Event): string | undefined =>
  (target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;

/**
 * Lights what has the key within `root`, by class, so that a long text is not made anew whenever the pointer moves; a
 * root that scrolls is brought to the first of them, if it shows none. `content` is what it is drawn from.
 */
export const useHighlightWithin = (root: RefObject<HTMLElement | null>, content: unknown): void => {
  const { highlighted: lit } = useHighlight();
  // Before it is painted, so that all four light up in one frame.
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew, it has lost its classes.
  useLayoutEffect(() => {
    const scroller = root.current;
    if (!scroller || lit === undefined) return;
    const twins = [...scroller.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(lit)}"]`)];
    for (const twin of twins) twin.classList.add('lit');
    const [first] = twins;
    if (first && !twins.some((twin) => isWithin(twin, scroller))) {
      scroller.scrollTop += first.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 40;
    }
    return () => {
      for (const twin of twins) twin.classList.remove('lit');
    };
  }, [lit, content]);
};

const isWithin = (inner: HTMLElement, outer: HTMLElement): boolean => {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
  return a.bottom > b.top && a.top < b.bottom;
};
