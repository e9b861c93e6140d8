/** Highlighting: elements that show the value with the current key are highlighted in every message. */
import { createContext, type RefObject } from 'preact';
import { useContext, useLayoutEffect } from 'preact/hooks';

export interface Highlight {
  readonly highlighted: string | undefined;
  readonly highlight: (key: string | undefined) => void;
}

export const HighlightContext = createContext<Highlight>({ highlighted: undefined, highlight: () => {} });

export const useHighlight = (): Highlight => useContext(HighlightContext);

/** The key of the element under an event. */
export const keyAt = ({ target }: Event): string | undefined =>
  (target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;

/**
 * Highlights the elements with the current key inside `root`. It sets CSS classes directly, so that moving the pointer does
 * not render long texts again. If none of them is visible, `root` scrolls to the first. `content` is what `root` renders.
 */
export const useHighlightWithin = (root: RefObject<HTMLElement | null>, content: unknown): void => {
  const { highlighted: lit } = useHighlight();
  // A layout effect runs before painting, so all four are highlighted in the same frame.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new rendering has lost its classes.
  useLayoutEffect(() => {
    const scroller = root.current;
    if (!scroller || lit === undefined) return;
    const elements = [...scroller.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(lit)}"]`)];
    for (const element of elements) element.classList.add('highlighted');
    const [first] = elements;
    if (first && !elements.some((element) => isWithin(element, scroller))) {
      scroller.scrollTop += first.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 40;
    }
    return () => {
      for (const element of elements) element.classList.remove('highlighted');
    };
  }, [lit, content]);
};

const isWithin = (inner: HTMLElement, outer: HTMLElement): boolean => {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
  return a.bottom > b.top && a.top < b.bottom;
};
