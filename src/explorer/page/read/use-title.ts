/** Sets the window's title, for pages outside the sections in the header. */
import { useEffect } from 'preact/hooks';

export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · API Rosetta`;
  }, [title]);
};
