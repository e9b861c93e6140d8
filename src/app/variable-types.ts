/** The types of environment variables, as zod schemas. Their error messages complete a sentence that begins with the variable's name. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const messageOf = (error: unknown): string => (error as Error).message;

export const expected = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `must be ${what}, got ${JSON.stringify(input)}`,
});

/** Reports an error that `check` throws, after `message`. */
export const rejectIfThrows =
  <T>(check: (value: T) => unknown, message: string) =>
  (value: T, context: z.RefinementCtx<T>): void => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `${message}: ${messageOf(error)}` });
    }
  };

export const text = z.string().refine((value) => value.trim() === value, {
  error: 'must not begin or end with a space',
  abort: true,
});

export const isWholeNumber = (value: string, max: number): boolean =>
  /^\d{1,10}$/.test(value) && Number(value) <= max;

export const wholeNumber = (max: number) =>
  text
    .refine((value) => isWholeNumber(value, max), expected(`a whole number from 0 to ${max}`))
    .transform(Number);

/** The error leaves the value out, because a URL may hold a password. */
export const url = (...protocols: readonly string[]) =>
  text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that begins with ${protocols.join('// or ')}//`,
  });

export const list = text.transform((value) => value.split(/ *, */));

export const isOrigin = (value: string): boolean =>
  value === '*' || (URL.canParse(value) && new URL(value).origin === value);

/** The text of the file that the variable names. */
export const file = text.transform((name, context) => {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `must name a file that can be read: ${messageOf(error)}` });
    return z.NEVER;
  }
});
