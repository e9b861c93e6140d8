/** Loads a value and reports the state: loading, done or failed. Changed inputs abort the previous load. */
import { useEffect, useState } from 'preact/hooks';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly message: string; readonly retry: () => void };

export const useLoaded = <T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Loaded<T> => {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller passes the dependencies as `inputs`.
  useEffect(() => {
    const controller = new AbortController();
    const retry = () => setTries((count) => count + 1);
    setLoaded({ state: 'loading' });
    load(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setLoaded({ state: 'done', value });
      },
      (error: Error) => {
        if (!controller.signal.aborted) setLoaded({ state: 'failed', message: error.message, retry });
      },
    );
    return () => controller.abort();
  }, [...inputs, tries]);
  return loaded;
};
