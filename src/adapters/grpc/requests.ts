/** A protobuf request does not contain fields at their default values, so masks name the fields to read or to change. */
import type { NewSkill, ProgressStatus, SkillLevel, SkillPatch } from '../../contract/model';
import type { ById, Fields, Paging } from '../../contract/skills-api';
import type { RequestCodecs } from '../common/codecs';
import { otherName } from '../common/contract-names';
import { decodeOrder } from '../common/decode-values';
import { present } from '../common/present';
import { decodeFields, decodeMask, encodeFields, encodeMask } from './field-masks';
import { LEVELS, type Message, NAMES, ORDERS, STATUSES } from './schema';

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
  level === undefined || level === 'SKILL_LEVEL_UNSPECIFIED'
    ? null
    : (otherName(NAMES.values.level, level) as SkillLevel);

/** The service rejects the number of an unknown status. */
export const decodeStatus = (status: string): ProgressStatus =>
  otherName(NAMES.values.status, status) as ProgressStatus;

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
        orderBy: orderBy ? decodeOrder(NAMES.values.orderBy, orderBy) : undefined,
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
    decode: ({ id = '', etag, patch, updateMask }) => {
      const masked = decodeMask(updateMask);
      if (!patch && masked.length === 0) return present({ id, etag, patch });
      const values: Record<string, unknown> = decodeWritable(patch ?? {});
      const setFields = Object.keys(values).filter((name) => patch?.[name] !== undefined);
      const paths: string[] = masked.length > 0 ? masked : setFields;
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
    decode: ({ skillId = '', status }) => ({ skillId, status: decodeStatus(status) }),
  },
  listProgress: { encode: encodePaging, decode: decodePaging },
};
