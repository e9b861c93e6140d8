import { parseInput } from '../contract/inputs';
import type { Interceptor } from './interceptor';

/** What comes through is as the contract wants it; the rest is INVALID_ARGUMENT. */
export const validate: Interceptor = (operation, next) => async (input, context) =>
  next(parseInput(operation, input), context);
