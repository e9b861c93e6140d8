/** The limits of a sign-in attempt, as HTTP responses: too many attempts, and too many at the same time. */
import type { Response } from 'express';
import { type Attempt, type Attempts, TooManyAttemptsError } from './attempts';
import { BusyError } from './passwords';

const BUSY_RETRY_SECONDS = 5;

/** Sets status 429 after too many attempts, and 503 while too many passwords are being checked. */
export const limitAttempts = async <T>(
  response: Response,
  attempts: Attempts,
  attempt: Attempt,
  check: () => Promise<T>,
): Promise<T | { readonly problem: string }> => {
  try {
    await attempts.countPassword(attempt);
    return await check();
  } catch (error) {
    if (error instanceof TooManyAttemptsError) {
      response.status(429).set('Retry-After', String(error.retrySeconds));
      const minutes = Math.ceil(error.retrySeconds / 60);
      return {
        problem: `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      };
    }
    if (error instanceof BusyError) {
      response.status(503).set('Retry-After', String(BUSY_RETRY_SECONDS));
      return { problem: 'Too many people are signing in. Try again in a few seconds.' };
    }
    throw error;
  }
};
