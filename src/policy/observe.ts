/** Tells those who watch what was asked for, and what part of its time went into the policies and into the domain. */
import { inPhase } from '../contract/telemetry';
import type { Interceptor } from './interceptor';

/** The outermost of all. */
export const recordOperation: Interceptor = (operation, next) => (input, context) => {
  const { observed } = context;
  if (!observed) return next(input, context);
  observed.setOperation(operation);
  return observed.phase('policy', () => next(input, context));
};

/** The innermost. */
export const recordDomainPhase: Interceptor = (_operation, next) => (input, context) =>
  inPhase(context.observed, 'domain', () => next(input, context));
