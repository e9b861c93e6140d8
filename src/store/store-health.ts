/** The readiness of the store: after the database has failed, the failed work is repeated until it succeeds. */
import type { Readiness } from '../contract/readiness';

export interface StoreHealth extends Readiness {
  /** Reports the first failure. `check` must reject as long as the cause persists. */
  fail(error: Error, check: () => Promise<unknown>): void;
  close(): void;
}

const CHECK_INTERVAL_MS = 1000;

/** `report` gets an Error when the store fails, and a sentence when it works again. */
export const createStoreHealth = (folder: string, report: (message: unknown) => void): StoreHealth => {
  const listeners = new Set<() => void>();
  let checking: NodeJS.Timeout | undefined;
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const checkLater = (check: () => Promise<unknown>) => {
    checking = setTimeout(async () => {
      const isUp = await check().then(
        () => true,
        () => false,
      );
      if (checking === undefined) return;
      if (!isUp) return checkLater(check);
      checking = undefined;
      report(`The data folder ${folder} can be used again.`);
      notify();
    }, CHECK_INTERVAL_MS).unref();
  };
  return {
    isReady: () => checking === undefined,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (error, check) => {
      if (checking !== undefined) return;
      report(error);
      checkLater(check);
      notify();
    },
    close: () => {
      clearTimeout(checking);
      checking = undefined;
      listeners.clear();
    },
  };
};
