import { checkedIdempotencyKey, checkedRequestId } from '../contract/context';
import { parseInput } from '../contract/inputs';
import type { Interceptor } from './interceptor';

/** What comes through is as the contract wants it; the rest is INVALID_ARGUMENT. */
export const validate: Interceptor = (operation, next) => (input, context) => {
  if (context.requestId !== undefined) checkedRequestId(context.requestId);
  if (context.idempotencyKey !== undefined) checkedIdempotencyKey(context.idempotencyKey);
  return next(parseInput(operation, input), context);
};
