/** Telemetry of a call: its operation, and the time spent in the policies and in the domain. */
import { inPhase } from '../contract/telemetry';
import type { Interceptor } from './interceptor';

/** The outermost interceptor. */
export const recordOperation: Interceptor = (operation, next) => (input, context) => {
  const { observed } = context;
  if (!observed) return next(input, context);
  observed.setOperation(operation);
  return observed.phase('policy', () => next(input, context));
};

/** The innermost interceptor. */
export const recordDomainPhase: Interceptor = (_operation, next) => (input, context) =>
  inPhase(context.observed, 'domain', () => next(input, context));
