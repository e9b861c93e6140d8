/** The outermost policy: whatever else is thrown inside, a caller sees a SkillsError or its own abort reason. */
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
