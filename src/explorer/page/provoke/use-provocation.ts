/** Provokes an error; the previous result stays until the next one arrives, so the layout does not jump. */
import { useEffect, useState } from 'preact/hooks';
import type { ProvocationResult } from '../../api';
import { provoke } from '../shared/server';

export interface Outcome {
  readonly isAsking: boolean;
  readonly result?: ProvocationResult;
  readonly failure?: string;
}

/** Runs at once, because it changes nothing, and again on `runAgain`. */
export const useProvocation = (
  name: string,
  canProvoke: boolean,
): Outcome & { readonly runAgain: () => void } => {
  const [runs, setRuns] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>({ isAsking: canProvoke });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new run repeats the same call.
  useEffect(() => {
    if (!canProvoke) return;
    const controller = new AbortController();
    setOutcome(({ result }) => ({ isAsking: true, ...(result && { result }) }));
    provoke(name, controller.signal).then(
      (result) => !controller.signal.aborted && setOutcome({ isAsking: false, result }),
      (error: Error) => !controller.signal.aborted && setOutcome({ isAsking: false, failure: error.message }),
    );
    return () => controller.abort();
  }, [name, canProvoke, runs]);
  return { ...outcome, runAgain: () => setRuns((before) => before + 1) };
};
