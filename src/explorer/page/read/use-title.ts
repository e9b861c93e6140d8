/** The window's title, for pages that are in no section and so get none from the header. */
import { useEffect } from 'preact/hooks';

export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · API Rosetta`;
  }, [title]);
};
