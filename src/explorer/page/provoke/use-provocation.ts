/** What came of a provocation; the last answer stays while the next is waited for, so that nothing jumps. */
import { useEffect, useState } from 'preact/hooks';
import type { Provoked } from '../../api';
import { provoke } from '../shared/server';

export interface Outcome {
  readonly isAsking: boolean;
  readonly provoked?: Provoked;
  readonly failure?: string;
}

/** At once, as it changes nothing, and again whenever `again` is called. */
export const useProvoked = (name: string, mayBe: boolean): Outcome & { readonly again: () => void } => {
  const [runs, setRuns] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>({ isAsking: mayBe });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run is the same call once more.
  useEffect(() => {
    if (!mayBe) return;
    const given = new AbortController();
    setOutcome(({ provoked }) => ({ isAsking: true, ...(provoked && { provoked }) }));
    provoke(name, given.signal).then(
      (provoked) => !given.signal.aborted && setOutcome({ isAsking: false, provoked }),
      (error: Error) => !given.signal.aborted && setOutcome({ isAsking: false, failure: error.message }),
    );
    return () => given.abort();
  }, [name, mayBe, runs]);
  return { ...outcome, again: () => setRuns((before) => before + 1) };
};
