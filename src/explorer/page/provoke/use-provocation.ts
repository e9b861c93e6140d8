/** What came of a provocation; the last answer stays while the next is waited for, so that nothing jumps. */
import { useEffect, useState } from 'preact/hooks';
import type { ProvocationResult } from '../../api';
import { provoke } from '../shared/server';

export interface Outcome {
  readonly isAsking: boolean;
  readonly result?: ProvocationResult;
  readonly failure?: string;
}

/** At once, as it changes nothing, and again whenever `again` is called. */
export const useProvocation = (
  name: string,
  canProvoke: boolean,
): Outcome & { readonly runAgain: () => void } => {
  const [runs, setRuns] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>({ isAsking: canProvoke });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run is the same call once more.
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
