/** Gives a call up when its time is over or its caller went away; a call with neither passes straight through. */
import { SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { Interceptor } from './interceptor';

const exceeded = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'The call took longer than its timeout.');

/** Inside, `signal` says both, so that a write which waits for its turn is not begun after its time. */
export const deadline: Interceptor = (_operation, next) => (input, context) => {
  const { signal, timeoutMs } = context;
  if (signal === undefined && timeoutMs === undefined) return next(input, context);
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (timeoutMs !== undefined && !(timeoutMs > 0)) return Promise.reject(exceeded());

  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const giveUp = (reason: unknown) => {
      controller.abort(reason);
      reject(reason);
    };
    const onAbort = () => giveUp(signal?.reason);
    const answer = next(input, { ...context, signal: controller.signal });
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => giveUp(exceeded()), Math.min(timeoutMs, LIMITS.timeoutMsMax));
    answer
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      })
      .then(resolve, reject);
  });
};
