/** Who calls. A token that is not valid is refused even where none was needed: its holder believes to be somebody. */
import { type CallContext, type Caller, isToken, type VerifyToken } from '../contract/context';
import { malformedToken } from '../contract/errors';
import type { Interceptor } from './interceptor';

/** `refused` may throw something else, such as that there were too many. */
export const authenticate =
  (
    verify: VerifyToken,
    refused: (context: CallContext) => Promise<void> = async () => undefined,
  ): Interceptor =>
  (_operation, next) => {
    const refuse = async (error: unknown, token: string, context: CallContext): Promise<never> => {
      await refused(context);
      throw isToken(token) ? error : malformedToken();
    };
    return (input, context) => {
      const { token, observed } = context;
      if (token === undefined)
        return next(input, context.caller ? { ...context, caller: undefined } : context);
      const as = (caller: Caller) => {
        observed?.setSubject(caller.subject);
        return next(input, { ...context, caller });
      };
      let caller: Caller | Promise<Caller>;
      try {
        caller = verify(token);
      } catch (error) {
        return refuse(error, token, context);
      }
      // Nobody waits for a token that is known already.
      if ('subject' in caller) return as(caller);
      return caller.then(as, (error) => refuse(error, token, context));
    };
  };
