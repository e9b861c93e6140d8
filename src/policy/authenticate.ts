/** Who calls. A token that is not valid is refused even where none was needed: its holder believes to be somebody. */
import { type CallContext, type Caller, isToken, type Verify } from '../contract/context';
import { tokenMalformed } from '../contract/errors';
import type { Interceptor } from './interceptor';

/** `refused` may throw something else, such as that there were too many. */
export const authenticate =
  (verify: Verify, refused: (context: CallContext) => Promise<void> = async () => undefined): Interceptor =>
  (_operation, next) =>
  async (input, context) => {
    const { token, observed } = context;
    if (token === undefined) return next(input, context.caller ? { ...context, caller: undefined } : context);
    let caller: Caller;
    try {
      caller = await verify(token);
    } catch (error) {
      await refused(context);
      throw isToken(token) ? error : tokenMalformed();
    }
    observed?.identified(caller.subject);
    return next(input, { ...context, caller });
  };
