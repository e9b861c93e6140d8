/** Clients read the answers of other servers, too: an output must have its members before a caller gets it. */
import type { SkillsError } from '../../contract/errors';
import { CATEGORY_FIELDS, SKILL_FIELDS } from '../../contract/model';
import type { Input, Operation } from '../../contract/skills-api';

/** What `decode` returns. Throws the error of a foreign response if it cannot decode. */
export const decodeOwn = <T>(foreign: () => SkillsError, decode: () => T): T => {
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
  decodeOwn(foreign, () => {
    const output = decode();
    if (!OUTPUTS[operation](output, Object(input).fields)) throw foreign();
    return output;
  });

// biome-ignore lint/suspicious/noExplicitAny: another server may send anything.
type Output = any;
type Fields = readonly string[] | undefined;

/** Members that an output may lack. */
const OPTIONAL = ['parentId', 'level'];

const has =
  (allFields: readonly string[]) =>
  (output: Output, fields?: Fields): boolean =>
    typeof output === 'object' &&
    (fields?.length ? fields : allFields).every((name) => OPTIONAL.includes(name) || output[name] != null);

const listOf = (isItem: (item: Output, fields: Fields) => boolean) => (output: Output, fields: Fields) =>
  Array.isArray(output) && output.every((item) => isItem(item, fields));

const isCategory = has(CATEGORY_FIELDS);
const isSkill = has(SKILL_FIELDS);
const areSkills = listOf(isSkill);
const isProgress = has(['skillId', 'status', 'updateTime']);

const OUTPUTS = {
  listCategories: listOf(isCategory),
  getCategory: isCategory,
  getSkill: isSkill,
  listSkills: ({ items, totalSize }, fields) => areSkills(items, fields) && Number.isInteger(totalSize),
  batchGetSkills: ({ skills, missingIds }, fields) => areSkills(skills, fields) && Array.isArray(missingIds),
  getLearningPath: ({ skills, edges, learnedIds }, fields) =>
    areSkills(skills, fields) && Array.isArray(edges) && Array.isArray(learnedIds),
  createSkill: isSkill,
  updateSkill: isSkill,
  deleteSkill: (output) => output === undefined,
  setProgress: isProgress,
  listProgress: listOf(isProgress),
} as const satisfies Record<Operation, (output: Output, fields: Fields) => boolean>;
