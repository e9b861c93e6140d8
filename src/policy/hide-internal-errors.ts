/** Error hiding: a caller gets a SkillsError or its own abort reason; any other error is logged and becomes INTERNAL. */
import { SkillsError, toSkillsError } from '../contract/errors';
import type { Interceptor } from './interceptor';

export const hideInternalErrors =
  (log: (error: unknown) => void = (error) => console.error(error)): Interceptor =>
  (_operation, next) =>
  async (input, context) => {
    try {
      return await next(input, context);
    } catch (error) {
      if (error instanceof SkillsError) throw error;
      if (context.signal?.aborted && error === context.signal.reason) throw error;
      log(error);
      throw toSkillsError(error);
    }
  };
