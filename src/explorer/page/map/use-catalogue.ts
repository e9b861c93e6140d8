/** Loads the catalogue once per protocol. Until it is complete, the catalogue of another protocol is shown. */
import { useEffect, useState } from 'preact/hooks';
import type { ProtocolName } from '../../api';
import { PROTOCOLS } from '../shared/protocols';
import { type Catalogue, loadCatalogue } from './catalogue';

type Fetched = Partial<Record<ProtocolName, Catalogue>>;

export interface Fetching {
  /** Catalogues by protocol; an aborted load leaves an incomplete one. */
  readonly fetched: Fetched;
  readonly shown?: Catalogue;
  readonly failed?: string;
  readonly retry: () => void;
}

export const useCatalogue = (via: ProtocolName): Fetching => {
  const [fetched, setFetched] = useState<Fetched>({});
  const [failed, setFailed] = useState<string>();
  const [tries, setTries] = useState(0);
  const isComplete = fetched[via]?.isComplete ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new protocol or a new try starts a load.
  useEffect(() => {
    setFailed(undefined);
    if (isComplete) return;
    const controller = new AbortController();
    const load = async () => {
      for await (const catalogue of loadCatalogue(via, controller.signal)) {
        if (controller.signal.aborted) return;
        setFetched((others) => ({ ...others, [via]: catalogue }));
      }
    };
    load().catch((error: Error) => {
      if (!controller.signal.aborted) setFailed(error.message);
    });
    return () => controller.abort();
  }, [via, tries]);
  const whole = PROTOCOLS.map((name) => fetched[name]).find((one) => one?.isComplete);
  return {
    fetched,
    shown: isComplete ? fetched[via] : (whole ?? fetched[via]),
    failed,
    retry: () => setTries((count) => count + 1),
  };
};
