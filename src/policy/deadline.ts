/** Gives a call up when its time is over or its caller went away; a call with neither passes straight through. */
import { SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import { OPERATIONS } from '../contract/skills-api';
import type { Interceptor } from './interceptor';

const exceeded = (): SkillsError =>
  new SkillsError('DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'The call took longer than its timeout.');

/**
 * Inside a write, `signal` says both, so that one which waits for its turn is not begun after its time. A read has nothing
 * to stop, and a signal of its own would cost it more than its answer.
 */
export const enforceDeadline: Interceptor = (operation, next) => {
  const isWrite = OPERATIONS[operation] === 'write';
  return (input, context) => {
    const { timeoutMs } = context;
    const signal = context.signal ?? (isWrite ? context.disconnected?.() : undefined);
    if (signal === undefined && timeoutMs === undefined) return next(input, context);
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (timeoutMs !== undefined && !(timeoutMs > 0)) return Promise.reject(exceeded());

    return new Promise((resolve, reject) => {
      const inside = isWrite ? new AbortController() : undefined;
      const giveUp = (reason: unknown) => {
        inside?.abort(reason);
        reject(reason);
      };
      const onAbort = () => giveUp(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => giveUp(exceeded()), Math.min(timeoutMs, LIMITS.timeoutMsMax));
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const work = async () => {
        try {
          resolve(await next(input, inside ? { ...context, signal: inside.signal } : context));
        } catch (error) {
          reject(error);
        } finally {
          over();
        }
      };
      void work();
    });
  };
};
