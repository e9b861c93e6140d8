/** The schema of each operation's input, written once for all four protocols. */
import { z } from 'zod';
import { INT32_MAX, isEncodableText } from './encodable';
import { invalidArgument, invalidArguments, ONE_OF, UNKNOWN_FIELD } from './errors';
import { LIMITS } from './limits';
import { CATEGORY_FIELDS, PROGRESS_STATUSES, SKILL_FIELDS, SKILL_LEVELS, SKILL_ORDERS } from './model';
import type { Input, Operation, Paging } from './skills-api';

const typed = (what: string) => ({
  error: ({ code, input }: { code?: string; input?: unknown }) => {
    if (code === 'unrecognized_keys') return undefined;
    return input === undefined ? 'is required' : `must be ${what}`;
  },
});

/** Carriage returns become newlines, because every XML parser does the same (XML 1.0, section 2.11). */
const text = (charsMax: number, charsMin = 0) =>
  z
    .string(typed('text'))
    .refine(isEncodableText, 'must not contain control characters, U+FFFE, U+FFFF or lone surrogates')
    .overwrite((value) => value.replace(/\r\n?/g, '\n'))
    .min(charsMin, 'must not be empty')
    .max(charsMax, `must be at most ${charsMax} characters long`);

/** Lower-case words joined by hyphens, which are safe in a path, an XML attribute and a file name. */
export const SLUG_PATTERN = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const slug = text(LIMITS.idCharsMax, 1).regex(
  SLUG_PATTERN,
  'must be lower-case letters and digits joined by hyphens',
);

/** The characters of an HTTP entity tag (RFC 9110, section 8.8.3). Every protocol can encode them. */
export const ETAG_PATTERN = /^[\x21\x23-\x7e]+$/;

const set = <T extends z.ZodType>(item: T) =>
  z
    .array(item, typed('a list'))
    .max(LIMITS.listItemsMax, `must have at most ${LIMITS.listItemsMax} items`)
    .refine((items) => new Set(items).size === items.length, 'must not repeat an item');

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, ONE_OF + values.join(', '));

const fields = <const F extends string>(names: readonly F[]) => z.array(oneOf(names)).optional();

const demonstration = z.strictObject({
  path: text(LIMITS.nameCharsMax, 1),
  note: text(LIMITS.nameCharsMax),
});

const name = text(LIMITS.nameCharsMax, 1);
const categoryIds = set(slug).min(1, 'must name at least one category');

const patch = z.strictObject(
  {
    name: name.optional(),
    summary: text(LIMITS.summaryCharsMax).optional(),
    categoryIds: categoryIds.optional(),
    tags: set(text(LIMITS.tagCharsMax, 1)).optional(),
    level: oneOf(SKILL_LEVELS).nullable().optional(),
    requires: set(slug).optional(),
    related: set(slug).optional(),
    aliases: set(text(LIMITS.nameCharsMax, 1)).optional(),
    demonstrations: z
      .array(demonstration, typed('a list'))
      .max(LIMITS.listItemsMax, `must have at most ${LIMITS.listItemsMax} items`)
      .optional(),
  },
  typed('an object'),
);

const newSkill = z.strictObject(
  { ...patch.shape, id: slug, name, categoryIds, level: oneOf(SKILL_LEVELS).optional() },
  typed('an object'),
);

const precondition = {
  id: slug,
  etag: text(LIMITS.idCharsMax, 1)
    .regex(ETAG_PATTERN, 'must be visible ASCII without double quotes')
    .optional(),
};

const paging = {
  pageSize: z
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .max(INT32_MAX, 'must fit 32 bits')
    .optional(),
  pageToken: text(LIMITS.summaryCharsMax).optional(),
};

const PAGING = z.strictObject(paging);

export const INPUTS = {
  listCategories: z.strictObject({ ...paging, fields: fields(CATEGORY_FIELDS) }),
  getCategory: z.strictObject({ id: slug, fields: fields(CATEGORY_FIELDS) }),
  getSkill: z.strictObject({ id: slug, fields: fields(SKILL_FIELDS) }),
  listSkills: z.strictObject({
    category: slug.optional(),
    tag: text(LIMITS.tagCharsMax).optional(),
    text: text(LIMITS.textCharsMax).optional(),
    orderBy: oneOf(SKILL_ORDERS).optional(),
    ...paging,
    fields: fields(SKILL_FIELDS),
  }),
  batchGetSkills: z.strictObject({
    ids: z
      .array(slug, typed('a list'))
      .min(1, 'must name at least one skill')
      .max(LIMITS.batchIdsMax, `must have at most ${LIMITS.batchIdsMax} items`),
    fields: fields(SKILL_FIELDS),
  }),
  getLearningPath: z.strictObject({ id: slug, fields: fields(SKILL_FIELDS) }),
  createSkill: z.strictObject({ skill: newSkill }),
  updateSkill: z.strictObject({ ...precondition, patch }),
  deleteSkill: z.strictObject(precondition),
  setProgress: z.strictObject({ skillId: slug, status: oneOf(PROGRESS_STATUSES) }),
  listProgress: PAGING,
} satisfies { [O in Operation]: z.ZodType<Input<O>> };

/** Validates and normalizes an input. Throws INVALID_ARGUMENT, which names the invalid fields. */
export const parseInput = <O extends Operation>(operation: O, input: unknown): Input<O> => {
  rejectLongLists(input, []);
  return parse<unknown>(INPUTS[operation], input) as Input<O>;
};

/** The same for a list that is a part of another answer. */
export const parsePaging = (input: unknown): Paging => parse(PAGING, input);

const parse = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: fieldPath([...issue.path, key]), description: UNKNOWN_FIELD }))
      : [{ field: fieldPath(issue.path), description: issue.message }],
  );
  throw invalidArguments(violations);
};

/** Zod checks every item of a list that is too long. A body can have half a million of them, so it gets no such list. */
const rejectLongLists = (value: unknown, path: readonly string[]): void => {
  // `skill.tags` is as deep as a list can be.
  if (value === null || typeof value !== 'object' || path.length > 2) return;
  if (!Array.isArray(value)) {
    for (const [name, member] of Object.entries(value))
      if (typeof member === 'object') rejectLongLists(member, [...path, name]);
  } else if (value.length > LIST_ITEMS_MAX) {
    throw invalidArgument(fieldPath(path), `must have at most ${LIMITS.listItemsMax} items`);
  }
};

/** Ten times the limit of any list, so that shorter ones get the same errors as before, together with others. */
const LIST_ITEMS_MAX = 10 * Math.max(LIMITS.listItemsMax, LIMITS.batchIdsMax);

/** Turns `['skill', 'requires', 0]` into `skill.requires[0]`. */
export const fieldPath = (path: readonly PropertyKey[]): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : (index ? '.' : '') + String(step)))
    .join('');
