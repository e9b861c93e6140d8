/** Deadlines: a call rejects when its timeout passes or its client disconnects. */
import { deadlineExceeded } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import { OPERATIONS } from '../contract/skills-api';
import type { Interceptor } from './interceptor';

/**
 * A write gets a signal that aborts in both cases, so that it stores nothing while it still waits for its turn. A read
 * gets none: it has nothing to undo, and the signal would cost more than the read.
 */
export const enforceDeadline: Interceptor = (operation, next) => {
  const isWrite = OPERATIONS[operation] === 'write';
  return (input, context) => {
    const { timeoutMs } = context;
    const signal = context.signal ?? (isWrite ? context.disconnected?.() : undefined);
    if (signal === undefined && timeoutMs === undefined) return next(input, context);
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (timeoutMs !== undefined && !(timeoutMs > 0)) return Promise.reject(deadlineExceeded());

    const controller = isWrite ? new AbortController() : undefined;
    const innerContext = controller ? { ...context, signal: controller.signal } : context;
    return abandonable(
      () => next(input, innerContext),
      { signal, timeoutMs },
      (reason) => controller?.abort(reason),
    );
  };
};

/** Settles as `work` does, or rejects first: with the signal's reason, or with DEADLINE_EXCEEDED after `timeoutMs`. */
const abandonable = <T>(
  work: () => Promise<T>,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number | undefined },
  onAbandon: (reason: unknown) => void,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const abandon = (reason: unknown) => {
      onAbandon(reason);
      reject(reason);
    };
    const abandonOnAbort = () => abandon(signal?.reason);
    signal?.addEventListener('abort', abandonOnAbort, { once: true });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => abandon(deadlineExceeded()), Math.min(timeoutMs, LIMITS.timeoutMsMax));
    const stopWaiting = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandonOnAbort);
    };
    const settle = async () => {
      try {
        resolve(await work());
      } catch (error) {
        reject(error);
      } finally {
        stopWaiting();
      }
    };
    void settle();
  });
