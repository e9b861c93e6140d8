/** Protobuf sends no default values, so an empty list and an absent one look alike: decoding needs the read mask. */
import type { Category, CategoryField, Page, Progress, Skill, SkillField } from '../../contract/model';
import type { Fields } from '../../contract/skills-api';
import type { ResponseCodecs } from '../common/codecs';
import { memoizeByIdentity } from '../common/memoize';
import { presentFields } from '../common/present';
import { decodeTimestamp, encodeTimestamp } from '../common/seconds-nanos';
import { decodeLevel, decodeStatus, decodeWritable } from './requests';
import { LEVELS, type Message, messageType, STATUSES } from './schema';

/** protobufjs writes what it is given, but proto3 says a default is not sent. */
const nonDefault = <T extends string | number>(value: T | undefined): T | undefined => value || undefined;

/** Field 1 of every response is an item, or a list of items, with the same tag. So the joined bytes of items are a list. */
const encodeCategory = memoizeByIdentity(
  ({ id, name, summary, parentId, position }: Partial<Category>): Buffer =>
    messageType('GetCategoryResponse').serialize({
      category: { id, name, summary: nonDefault(summary), parentId, position: nonDefault(position) },
    }),
);

const encodeSkill = memoizeByIdentity(
  (skill: Partial<Skill>): Buffer =>
    messageType('GetSkillResponse').serialize({
      skill: {
        id: skill.id,
        name: skill.name,
        summary: nonDefault(skill.summary),
        categoryIds: skill.categoryIds,
        tags: skill.tags,
        level: skill.level && LEVELS[skill.level],
        requires: skill.requires,
        related: skill.related,
        aliases: skill.aliases,
        demonstrations: skill.demonstrations?.map(({ path, note }) => ({ path, note: nonDefault(note) })),
        createTime: skill.createTime && encodeTimestamp(skill.createTime),
        updateTime: skill.updateTime && encodeTimestamp(skill.updateTime),
        etag: skill.etag,
      },
    }),
);

const encodeProgress = ({ skillId, status, updateTime }: Progress): Buffer =>
  messageType('SetProgressResponse').serialize({
    progress: { skillId, status: STATUSES[status], updateTime: encodeTimestamp(updateTime) },
  });

const decodeCategory = (category: Message = {}, input: Fields<CategoryField>): Category =>
  presentFields<Category>(input, {
    id: category.id ?? '',
    name: category.name ?? '',
    summary: category.summary ?? '',
    parentId: category.parentId,
    position: category.position ?? 0,
  });

const decodeSkill = (skill: Message = {}, input: Fields<SkillField>): Skill =>
  presentFields<Skill>(input, {
    id: skill.id ?? '',
    ...decodeWritable(skill),
    level: decodeLevel(skill.level) ?? undefined,
    createTime: decodeTimestamp(skill.createTime),
    updateTime: decodeTimestamp(skill.updateTime),
    etag: skill.etag ?? '',
  });

const decodeSkills = (messages: Message[] = [], input: Fields<SkillField>): Skill[] =>
  messages.map((message) => decodeSkill(message, input));

const decodeProgress = ({ skillId = '', status, updateTime }: Message = {}): Progress => ({
  skillId,
  status: decodeStatus(status),
  updateTime: decodeTimestamp(updateTime),
});

const SKILL = {
  encode: encodeSkill,
  decode: ({ skill }: Message, input: object): Skill => decodeSkill(skill, input),
};

/** `items` is the name of the field that holds the items. */
const pageOf = <Item, Mask>(
  type: string,
  items: string,
  encodeItem: (item: Item) => Buffer,
  decodeItem: (message: Message, input: Mask) => Item,
) => ({
  encode: ({ items: encoded, nextPageToken, totalSize }: Page<Item>): Buffer => {
    const rest = { nextPageToken, totalSize: nonDefault(totalSize) };
    return Buffer.concat([...encoded.map(encodeItem), messageType(type).serialize(rest)]);
  },
  decode: (message: Message, input: Mask): Page<Item> => ({
    items: (message[items] ?? []).map((item: Message) => decodeItem(item, input)),
    ...(message.nextPageToken && { nextPageToken: message.nextPageToken }),
    totalSize: message.totalSize ?? 0,
  }),
});

export const RESPONSES: ResponseCodecs<Buffer, Message> = {
  listCategories: pageOf('ListCategoriesResponse', 'categories', encodeCategory, decodeCategory),
  getCategory: { encode: encodeCategory, decode: ({ category }, input) => decodeCategory(category, input) },
  getSkill: SKILL,
  listSkills: pageOf('ListSkillsResponse', 'skills', encodeSkill, decodeSkill),
  batchGetSkills: {
    encode: ({ skills, missingIds }) =>
      Buffer.concat([
        ...skills.map(encodeSkill),
        messageType('BatchGetSkillsResponse').serialize({ missingIds }),
      ]),
    decode: ({ skills, missingIds = [] }, input) => ({ skills: decodeSkills(skills, input), missingIds }),
  },
  getLearningPath: {
    encode: ({ skills, edges, learnedIds }) => {
      const pairs = edges.map(({ skillId, requiresId }) => ({ skillId, requiresId }));
      const rest = messageType('GetLearningPathResponse').serialize({ edges: pairs, learnedIds });
      return Buffer.concat([...skills.map(encodeSkill), rest]);
    },
    decode: ({ skills, edges = [], learnedIds = [] }, input) => ({
      skills: decodeSkills(skills, input),
      edges: edges.map(({ skillId = '', requiresId = '' }: Message) => ({ skillId, requiresId })),
      learnedIds,
    }),
  },
  createSkill: SKILL,
  updateSkill: SKILL,
  deleteSkill: { encode: () => Buffer.alloc(0), decode: () => undefined },
  setProgress: { encode: encodeProgress, decode: ({ progress }) => decodeProgress(progress) },
  listProgress: pageOf('ListProgressResponse', 'progress', encodeProgress, decodeProgress),
};
