/** The size of an answer, the same for all protocols, so that a page ends with the same skill in each of them. */
import { invalidArgument, SkillsError } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import { type Category, SKILL_FIELDS, type Skill, type SkillField } from '../contract/model';

/** Bytes of an answer around its items: envelope, page token, total size, and GraphQL's cursor of each item. */
const ENVELOPE_BYTES = 256 * 1024;

/** Escapes of JSON and XML. Each character is counted at its longest form, for example `&quot;` for a quote. */
const ESCAPED_BYTES: Readonly<Record<string, number>> = {
  '"': 6,
  "'": 6,
  '&': 5,
  '<': 4,
  '>': 4,
  '\\': 2,
  '\n': 2,
  '\t': 2,
};

const textBytes = (text: string): number => {
  let bytes = Buffer.byteLength(text);
  for (const [character] of text.matchAll(/["'&<>\\\n\t]/g)) bytes += ESCAPED_BYTES[character]! - 1;
  return bytes;
};

/** XML has the longest form of a member: an opening and a closing tag. */
const elementBytes = (name: string, contentBytes: number): number => 2 * name.length + 5 + contentBytes;

const valueBytes = (value: unknown): number => {
  if (Array.isArray(value))
    return value.reduce((sum, item) => sum + elementBytes('item', valueBytes(item)), 0);
  if (typeof value === 'object') {
    return Object.entries(value ?? {}).reduce(
      (sum, [name, member]) => sum + elementBytes(name, valueBytes(member)),
      0,
    );
  }
  return textBytes(String(value));
};

type FieldBytes = Readonly<Record<SkillField, number>> & { readonly all: number };

/** Skills never change, so each is measured once. */
const measured = new WeakMap<Skill, FieldBytes>();

const measure = (skill: Skill): FieldBytes => {
  let bytes = measured.get(skill);
  if (!bytes) {
    const fields = SKILL_FIELDS.map(
      (name) => [name, elementBytes(name, valueBytes(skill[name] ?? ''))] as const,
    );
    const all = fields.reduce((sum, [, size]) => sum + size, 0);
    bytes = { ...(Object.fromEntries(fields) as Record<SkillField, number>), all };
    measured.set(skill, bytes);
  }
  return bytes;
};

/** An upper bound of the bytes of a skill's fields (all if absent or empty) in an item of a list, in every protocol. */
export const skillBytes = (skill: Skill, fields?: readonly SkillField[]): number => {
  const bytes = measure(skill);
  const content = fields?.length ? fields.reduce((sum, name) => sum + bytes[name], 0) : bytes.all;
  return elementBytes('item', content);
};

/** An upper bound of the bytes of an answer with these skills and other values. */
export const answerBytes = (
  skills: readonly Skill[],
  fields: readonly SkillField[] | undefined,
  others: readonly unknown[] = [],
): number =>
  skills.reduce((sum, skill) => sum + skillBytes(skill, fields), ENVELOPE_BYTES + valueBytes(others));

/** The same for a category with all of its fields, so that a page of partial categories may end early. */
export const categoryBytes = (category: Category): number => elementBytes('item', valueBytes(category));

/** The first items whose answer has at most the bytes of the limit, and at least one. */
export const takeUpToLimit = <Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
): readonly Item[] => {
  let bytes = ENVELOPE_BYTES;
  const end = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return bytes > LIMITS.answerBytesMax && index > 0;
  });
  return end === -1 ? items : items.slice(0, end);
};

const MEBIBYTES_MAX = LIMITS.answerBytesMax / 1024 ** 2;

export const batchTooLargeError = (): SkillsError => {
  const description = `must name fewer skills, or the call fewer fields: an answer has at most ${MEBIBYTES_MAX} MiB`;
  return invalidArgument('ids', description, 'ANSWER_TOO_LARGE');
};

export const pathTooLargeError = (id: string): SkillsError =>
  new SkillsError(
    'FAILED_PRECONDITION',
    'LEARNING_PATH_TOO_LARGE',
    `The learning path of "${id}" has over ${LIMITS.pathSkillsMax} skills or ${MEBIBYTES_MAX} MiB; name fewer fields.`,
    { resource: { type: 'skill', id } },
  );
