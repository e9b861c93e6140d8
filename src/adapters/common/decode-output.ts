/** Checks outputs on the client: a response may come from another server, so the caller gets its members only after a check. */
import type { SkillsError } from '../../contract/errors';
import type { Input, Operation } from '../../contract/skills-api';

/** The result of `decode`. Throws the error of a foreign response if it cannot decode. */
export const decodeOrThrow = <T>(foreign: () => SkillsError, decode: () => T): T => {
  try {
    return decode();
  } catch {
    throw foreign();
  }
};

/** The output of a decoder. Throws the error of a foreign response if the decoder fails, or if a member is missing. */
export const decodeOutput = <T>(
  foreign: () => SkillsError,
  operation: Operation,
  input: Input<Operation>,
  decode: () => T,
): T =>
  decodeOrThrow(foreign, () => {
    const output = decode();
    if (!OUTPUTS[operation](output, Object(input).fields)) throw foreign();
    return output;
  });

// biome-ignore lint/suspicious/noExplicitAny: another server may send anything.
type Output = any;
type Fields = readonly string[] | undefined;

/** An entity has an id, unless the call requests other fields only. Its other fields are not checked. */
const isEntity = (output: Output, fields: Fields): boolean =>
  typeof output === 'object' &&
  (typeof output.id === 'string' || (!!fields?.length && !fields.includes('id')));

const listOf = (isItem: (item: Output, fields: Fields) => boolean) => (output: Output, fields: Fields) =>
  Array.isArray(output) && output.every((item) => isItem(item, fields));

const areEntities = listOf(isEntity);
const isProgress = (output: Output): boolean => typeof output.skillId === 'string';

const isPageOf = (areItems: (items: Output, fields: Fields) => boolean) => (page: Output, fields: Fields) =>
  areItems(page.items, fields) && Number.isInteger(page.totalSize);

const OUTPUTS = {
  listCategories: isPageOf(areEntities),
  getCategory: isEntity,
  getSkill: isEntity,
  listSkills: isPageOf(areEntities),
  batchGetSkills: ({ skills, missingIds }, fields) =>
    areEntities(skills, fields) && Array.isArray(missingIds),
  getLearningPath: ({ skills, edges, learnedIds }, fields) =>
    areEntities(skills, fields) && Array.isArray(edges) && Array.isArray(learnedIds),
  createSkill: isEntity,
  updateSkill: isEntity,
  deleteSkill: (output) => output === undefined,
  setProgress: isProgress,
  listProgress: isPageOf(listOf(isProgress)),
} as const satisfies Record<Operation, (output: Output, fields: Fields) => boolean>;
