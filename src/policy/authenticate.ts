/** Authentication: verifies a call's token. An invalid token is rejected even where the operation needs none. */
import { type CallContext, type Caller, isToken, type VerifyToken } from '../contract/context';
import { malformedToken } from '../contract/errors';
import type { Interceptor } from './interceptor';

/** `onRejectedToken` runs before a token is rejected, and may throw another error, for example RATE_LIMITED. */
export const authenticate =
  (
    verify: VerifyToken,
    onRejectedToken: (context: CallContext) => void | Promise<void> = () => undefined,
  ): Interceptor =>
  (_operation, next) => {
    const rejectToken = async (error: unknown, token: string, context: CallContext): Promise<never> => {
      await onRejectedToken(context);
      throw isToken(token) ? error : malformedToken();
    };
    return (input, context) => {
      const { token, observed, charge } = context;
      if (token === undefined)
        return next(input, context.caller ? { ...context, caller: undefined } : context);
      const continueAs = (caller: Caller) => {
        observed?.setSubject(caller.subject);
        return next(input, { ...context, caller });
      };
      let caller: Caller | Promise<Caller>;
      try {
        // Admission has begun to verify the token of the Authorization header.
        caller = (charge?.token === token && charge.verification) || verify(token);
      } catch (error) {
        return rejectToken(error, token, context);
      }
      // A cached token is verified without a promise, which saves a turn of the event loop.
      if ('subject' in caller) return continueAs(caller);
      return caller.then(continueAs, (error) => rejectToken(error, token, context));
    };
  };
