import { checkedIdempotencyKey, checkedRequestId } from '../contract/context';
import { parseInput } from '../contract/inputs';
import type { Interceptor } from './interceptor';

/** Input validation: a call passes if its input meets the contract, and is rejected with INVALID_ARGUMENT otherwise. */
export const validateInput: Interceptor = (operation, next) => (input, context) => {
  const { requestId, idempotencyKey, observed } = context;
  // A request id that telemetry recorded was valid when the request came in.
  if (requestId !== undefined && requestId !== observed?.requestId) checkedRequestId(requestId);
  if (idempotencyKey !== undefined) checkedIdempotencyKey(idempotencyKey);
  return next(parseInput(operation, input), context);
};
