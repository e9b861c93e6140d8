/** Protobuf sends no default values: an empty list and an absent one look alike, so decoding needs to know the mask. */
import {
  CATEGORY_FIELDS,
  type Category,
  type CategoryField,
  type LearningPath,
  type NewSkill,
  type Page,
  type Progress,
  SKILL_FIELDS,
  type Skill,
  type SkillBatch,
  type SkillField,
  type SkillLevel,
  type SkillPatch,
} from '../../contract/model';
import type {
  BatchGetSkills,
  ById,
  CreateSkill,
  DeleteSkill,
  Fields,
  ListSkills,
  SetProgress,
  UpdateSkill,
} from '../../contract/skills-api';
import { memoizeByIdentity } from '../common/memoize';
import {
  camelCase,
  decodeTime,
  encodeTime,
  LEVELS,
  type Message,
  message,
  ORDERS,
  STATUSES,
  set,
  snakeCase,
  valueNamed,
} from './schema';

// Answers. Every response has its skills in field 1, so that a skill's bytes with that tag in front fit into each.

export const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): Buffer =>
    message('GetCategoryResponse').serialize({
      category: { id, name, summary: set(summary), parentId, position: set(position) },
    }),
);

export const encodeSkill = memoizeByIdentity(
  (skill: Partial<Skill>): Buffer =>
    message('GetSkillResponse').serialize({
      skill: {
        id: skill.id,
        name: skill.name,
        summary: set(skill.summary),
        categoryIds: skill.categoryIds,
        tags: skill.tags,
        level: skill.level && LEVELS[skill.level],
        requires: skill.requires,
        related: skill.related,
        aliases: skill.aliases,
        demonstrations: skill.demonstrations?.map(({ path, note }) => ({ path, note: set(note) })),
        createTime: skill.createTime && encodeTime(skill.createTime),
        updateTime: skill.updateTime && encodeTime(skill.updateTime),
        etag: skill.etag,
      },
    }),
);

export const encodeCategories = (categories: readonly Partial<Category>[]): Buffer =>
  Buffer.concat(categories.map(encodeCategory));

export const encodePage = ({ items, nextPageToken, totalSize }: Page<Partial<Skill>>): Buffer =>
  Buffer.concat([
    ...items.map(encodeSkill),
    message('ListSkillsResponse').serialize({ nextPageToken, totalSize: set(totalSize) }),
  ]);

export const encodeBatch = ({ skills, missingIds }: SkillBatch<Partial<Skill>>): Buffer =>
  Buffer.concat([...skills.map(encodeSkill), message('BatchGetSkillsResponse').serialize({ missingIds })]);

export const encodeLearningPath = ({ skills, edges, learnedIds }: LearningPath<Partial<Skill>>): Buffer =>
  Buffer.concat([
    ...skills.map(encodeSkill),
    message('GetLearningPathResponse').serialize({
      edges: edges.map(({ skillId, requiresId }) => ({ skillId, requiresId })),
      learnedIds,
    }),
  ]);

export const encodeNothing = (): Buffer => Buffer.alloc(0);

/** Here too a list is its items one after the other, each as if it were the only one. */
export const encodeProgress = ({ skillId, status, updateTime }: Progress): Buffer =>
  message('SetProgressResponse').serialize({
    progress: { skillId, status: STATUSES[status], updateTime: encodeTime(updateTime) },
  });

export const encodeProgressList = (list: readonly Progress[]): Buffer =>
  Buffer.concat(list.map(encodeProgress));

const CATEGORY: { [F in CategoryField]: (category: Message) => Category[F] } = {
  id: ({ id }) => id ?? '',
  name: ({ name }) => name ?? '',
  summary: ({ summary }) => summary ?? '',
  parentId: ({ parentId }) => parentId,
  position: ({ position }) => position ?? 0,
};

const SKILL: { [F in SkillField]: (skill: Message) => Skill[F] } = {
  id: ({ id }) => id ?? '',
  name: ({ name }) => name ?? '',
  summary: ({ summary }) => summary ?? '',
  categoryIds: ({ categoryIds }) => categoryIds ?? [],
  tags: ({ tags }) => tags ?? [],
  level: ({ level }) => decodeLevel(level) ?? undefined,
  requires: ({ requires }) => requires ?? [],
  related: ({ related }) => related ?? [],
  aliases: ({ aliases }) => aliases ?? [],
  demonstrations: ({ demonstrations }) => decodeDemonstrations(demonstrations),
  createTime: ({ createTime }) => decodeTime(createTime),
  updateTime: ({ updateTime }) => decodeTime(updateTime),
  etag: ({ etag }) => etag ?? '',
};

const decode = <T>(
  wire: Message = {},
  table: { [F in keyof T]-?: (wire: Message) => T[F] },
  all: readonly (keyof T)[],
  { fields }: Fields<keyof T> = {},
): T => {
  const names = fields?.length ? all.filter((name) => fields.includes(name)) : all;
  const values = names.map((name) => [name, table[name](wire)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
};

export const decodeCategory = (wire: Message, input?: Fields<CategoryField>): Category =>
  decode<Category>(wire, CATEGORY, CATEGORY_FIELDS, input);

export const decodeSkill = (wire: Message, input?: Fields<SkillField>): Skill =>
  decode<Skill>(wire, SKILL, SKILL_FIELDS, input);

const decodeSkills = (wires: Message[] = [], input: Fields<SkillField>): Skill[] =>
  wires.map((wire) => decodeSkill(wire, input));

export const decodeCategories = ({ categories = [] }: Message, input: Fields<CategoryField>): Category[] =>
  categories.map((wire: Message) => decodeCategory(wire, input));

export const decodePage = (wire: Message, input: Fields<SkillField>): Page<Skill> => ({
  items: decodeSkills(wire.skills, input),
  ...(wire.nextPageToken && { nextPageToken: wire.nextPageToken }),
  totalSize: wire.totalSize ?? 0,
});

export const decodeBatch = (wire: Message, input: Fields<SkillField>): SkillBatch => ({
  skills: decodeSkills(wire.skills, input),
  missingIds: wire.missingIds ?? [],
});

export const decodeLearningPath = (
  { skills, edges = [], learnedIds = [] }: Message,
  input: Fields<SkillField>,
): LearningPath => ({
  skills: decodeSkills(skills, input),
  edges: edges.map(({ skillId = '', requiresId = '' }: Message) => ({ skillId, requiresId })),
  learnedIds,
});

export const decodeProgress = ({ skillId = '', status, updateTime }: Message = {}): Progress => ({
  skillId,
  status: valueNamed(STATUSES, status),
  updateTime: decodeTime(updateTime),
});

export const decodeProgressList = ({ progress = [] }: Message): Progress[] => progress.map(decodeProgress);

// Requests.

const encodeMask = (paths: readonly string[] = []): Message =>
  paths.length > 0 ? { paths: paths.map(snakeCase) } : undefined;

const decodeFields = <F extends string>({ readMask }: Message): Fields<F> =>
  readMask?.paths?.length ? { fields: readMask.paths.map(camelCase) } : {};

export const encodeFields = ({ fields }: Fields<string>): Message => ({ readMask: encodeMask(fields) });
export const decodeListCategories = decodeFields<CategoryField>;

export const encodeById = ({ id, fields }: ById & Fields<string>): Message => ({
  id,
  ...encodeFields({ fields }),
});
export const decodeById = <F extends string>({ id = '', ...wire }: Message): ById & Fields<F> => ({
  id,
  ...decodeFields<F>(wire),
});

export const encodeListSkills = ({ orderBy, fields, ...query }: ListSkills & Fields<string>): Message => ({
  category: query.category,
  tag: query.tag,
  text: query.text,
  orderBy: orderBy && ORDERS[orderBy],
  pageSize: query.pageSize,
  pageToken: query.pageToken,
  ...encodeFields({ fields }),
});

export const decodeListSkills = ({
  category,
  tag,
  text,
  orderBy,
  pageSize,
  pageToken,
  ...wire
}: Message) => ({
  ...(category !== undefined && { category }),
  ...(tag !== undefined && { tag }),
  ...(text !== undefined && { text }),
  ...(orderBy && { orderBy: valueNamed(ORDERS, orderBy) }),
  ...(pageSize !== undefined && { pageSize }),
  ...(pageToken !== undefined && { pageToken }),
  ...decodeFields<SkillField>(wire),
});

export const encodeBatchGetSkills = ({ ids, fields }: BatchGetSkills & Fields<string>): Message => ({
  ids,
  ...encodeFields({ fields }),
});
export const decodeBatchGetSkills = ({
  ids = [],
  ...wire
}: Message): BatchGetSkills & Fields<SkillField> => ({
  ids,
  ...decodeFields<SkillField>(wire),
});

export const encodeCreateSkill = ({ skill }: CreateSkill): Message => ({
  skill: { ...skill, level: skill.level && LEVELS[skill.level] },
});
export const decodeCreateSkill = ({ skill = {} }: Message): CreateSkill => {
  const { level, ...rest } = writable(skill);
  return { skill: { ...rest, id: skill.id ?? '', ...(level && { level }) } as NewSkill };
};

export const encodeUpdateSkill = ({ id, etag, patch }: UpdateSkill): Message => ({
  id,
  etag,
  patch: { ...patch, level: patch.level ? LEVELS[patch.level] : undefined },
  updateMask:
    encodeMask(Object.keys(patch).filter((name) => patch[name as keyof SkillPatch] !== undefined)) ?? {},
});
/** AIP-134: the mask names what to take from the patch, `*` takes all, and without a mask what is set is taken. */
export const decodeUpdateSkill = ({ patch = {}, updateMask, ...wire }: Message): UpdateSkill => {
  const values: Record<string, unknown> = writable(patch);
  const set = Object.keys(values).filter((name) => patch[name] !== undefined);
  const paths: string[] = updateMask ? (updateMask.paths ?? []).map(camelCase) : set;
  const names = paths.flatMap((path) => (path === '*' ? Object.keys(values) : path));
  return {
    ...decodeDeleteSkill(wire),
    patch: Object.fromEntries(names.map((name) => [name, values[name]])) as SkillPatch,
  };
};

export const encodeDeleteSkill = ({ id, etag }: DeleteSkill): Message => ({ id, etag });
export const decodeDeleteSkill = ({ id = '', etag }: Message): DeleteSkill => ({
  id,
  ...(etag !== undefined && { etag }),
});

export const encodeSetProgress = ({ skillId, status }: SetProgress): Message => ({
  skillId,
  status: STATUSES[status],
});
export const decodeSetProgress = ({ skillId = '', status }: Message): SetProgress => ({
  skillId,
  status: valueNamed(STATUSES, status),
});

export const decodeListProgress = (): Record<string, never> => ({});

const writable = (skill: Message) => ({
  name: skill.name ?? '',
  summary: skill.summary ?? '',
  categoryIds: skill.categoryIds ?? [],
  tags: skill.tags ?? [],
  level: decodeLevel(skill.level),
  requires: skill.requires ?? [],
  related: skill.related ?? [],
  aliases: skill.aliases ?? [],
  demonstrations: decodeDemonstrations(skill.demonstrations),
});

const decodeLevel = (level: string | undefined): SkillLevel | null =>
  level === undefined || level === 'SKILL_LEVEL_UNSPECIFIED' ? null : valueNamed(LEVELS, level);

const decodeDemonstrations = (wires: Message[] = []) =>
  wires.map(({ path = '', note = '' }) => ({ path, note }));
