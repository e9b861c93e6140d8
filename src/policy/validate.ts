import { checkedIdempotencyKey, checkedRequestId } from '../contract/context';
import { parseInput } from '../contract/inputs';
import type { Interceptor } from './interceptor';

/** What comes through is as the contract wants it; the rest is INVALID_ARGUMENT. */
export const validateInput: Interceptor = (operation, next) => (input, context) => {
  const { requestId, idempotencyKey, observed } = context;
  // One that whoever watches has written down is good, and most often its own.
  if (requestId !== undefined && requestId !== observed?.requestId) checkedRequestId(requestId);
  if (idempotencyKey !== undefined) checkedIdempotencyKey(idempotencyKey);
  return next(parseInput(operation, input), context);
};
