/** A protobuf request does not contain fields at their default values, so masks name the fields to read or to change. */
import type { NewSkill, SkillLevel, SkillPatch } from '../../contract/model';
import type { ById, Fields, Paging } from '../../contract/skills-api';
import type { RequestCodecs } from '../common/codecs';
import { decodeOrder } from '../common/decode-values';
import { camelCase, snakeCase } from '../common/field-names';
import { present } from '../common/present';
import { decodeEnum, LEVELS, type Message, ORDERS, STATUSES } from './schema';

/** A read mask (AIP-157); `*` is all fields. */
const encodeFields = ({ fields }: Fields<string>): Message => ({ readMask: encodeMask(fields) });
const decodeFields = <F extends string>({ readMask }: Message): Fields<F> =>
  readMask?.paths?.length && !readMask.paths.includes('*') ? { fields: readMask.paths.map(camelCase) } : {};

const encodeMask = (paths: readonly string[] = []): Message =>
  paths.length > 0 ? { paths: paths.map(snakeCase) } : undefined;

const encodePaging = ({ pageSize, pageToken }: Paging): Message => ({ pageSize, pageToken });
const decodePaging = ({ pageSize, pageToken }: Message): Paging => present({ pageSize, pageToken });

const BY_ID = {
  encode: ({ id, ...input }: ById & Fields<string>): Message => ({ id, ...encodeFields(input) }),
  decode: <F extends string>({ id = '', ...message }: Message): ById & Fields<F> => ({
    id,
    ...decodeFields<F>(message),
  }),
};

/** All fields that a client may write; protobuf does not send a field at its default value. */
export const decodeWritable = (skill: Message) => ({
  name: skill.name ?? '',
  summary: skill.summary ?? '',
  categoryIds: skill.categoryIds ?? [],
  tags: skill.tags ?? [],
  level: decodeLevel(skill.level),
  requires: skill.requires ?? [],
  related: skill.related ?? [],
  aliases: skill.aliases ?? [],
  demonstrations: (skill.demonstrations ?? []).map(({ path = '', note = '' }: Message) => ({ path, note })),
});

/** Null for the enum's zero value, which stands for no level. */
export const decodeLevel = (level: string | undefined): SkillLevel | null =>
  level === undefined || level === 'SKILL_LEVEL_UNSPECIFIED' ? null : decodeEnum(LEVELS, level);

export const REQUESTS: RequestCodecs<Message> = {
  listCategories: {
    encode: (input) => ({ ...encodePaging(input), ...encodeFields(input) }),
    decode: (message) => ({ ...decodePaging(message), ...decodeFields(message) }),
  },
  getCategory: BY_ID,
  getSkill: BY_ID,
  listSkills: {
    encode: ({ category, tag, text, orderBy, ...input }) => ({
      category,
      tag,
      text,
      orderBy: orderBy && ORDERS[orderBy],
      ...encodePaging(input),
      ...encodeFields(input),
    }),
    decode: ({ category, tag, text, orderBy, ...message }) =>
      present({
        category,
        tag,
        text,
        orderBy: orderBy ? decodeOrder(ORDERS, orderBy) : undefined,
        ...decodePaging(message),
        ...decodeFields(message),
      }),
  },
  batchGetSkills: {
    encode: ({ ids, ...input }) => ({ ids, ...encodeFields(input) }),
    decode: ({ ids = [], ...message }) => ({ ids, ...decodeFields(message) }),
  },
  getLearningPath: BY_ID,
  createSkill: {
    encode: ({ skill }) => ({ skill: { ...skill, level: skill.level && LEVELS[skill.level] } }),
    decode: ({ skill }) => {
      if (!skill) return { skill };
      const { level, ...fields } = decodeWritable(skill);
      return { skill: { ...fields, id: skill.id ?? '', ...(level && { level }) } as NewSkill };
    },
  },
  // AIP-134: the fields that the mask names are applied (`*`: all). Without a mask, or paths in it, the fields that are set.
  updateSkill: {
    encode: ({ id, etag, patch }) => {
      const names = Object.keys(patch).filter((name) => patch[name as keyof SkillPatch] !== undefined);
      const level = patch.level ? LEVELS[patch.level] : undefined;
      return { id, etag, patch: { ...patch, level }, updateMask: encodeMask(names) };
    },
    decode: ({ id = '', etag, patch, updateMask: { paths: masked = [] } = {} }) => {
      if (!patch && masked.length === 0) return present({ id, etag, patch });
      const values: Record<string, unknown> = decodeWritable(patch ?? {});
      const setFields = Object.keys(values).filter((name) => patch?.[name] !== undefined);
      const paths: string[] = masked.length > 0 ? masked.map(camelCase) : setFields;
      const fields = paths.flatMap((path) => (path === '*' ? Object.keys(values) : path));
      const applied = Object.fromEntries(fields.map((name) => [name, values[name]])) as SkillPatch;
      return present({ id, etag, patch: applied });
    },
  },
  deleteSkill: {
    encode: ({ id, etag }) => ({ id, etag }),
    decode: ({ id = '', etag }) => present({ id, etag }),
  },
  setProgress: {
    encode: ({ skillId, status }) => ({ skillId, status: STATUSES[status] }),
    decode: ({ skillId = '', status }) => ({ skillId, status: decodeEnum(STATUSES, status) }),
  },
  listProgress: { encode: encodePaging, decode: decodePaging },
};
