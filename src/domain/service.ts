/** SkillsApi over the catalogue in memory: reads are pure functions of it, writes are decided here and stored by `transact`. */
import type { CallContext } from '../contract/context';
import { unauthenticated } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { ListPart, Progress, Skill } from '../contract/model';
import type { Input, Operation, SkillsApi } from '../contract/skills-api';
import { inPhase } from '../contract/telemetry';
import { answerBytes, batchTooLargeError, categoryBytes, pathTooLargeError, skillBytes } from './answer-size';
import type { Catalogue } from './catalogue';
import { fingerprintInput } from './fingerprint';
import { buildLearningPath } from './learning-path';
import { maskCategory, maskSkill } from './mask';
import { pageSizeOf, toPage } from './page';
import { CATEGORIES, type PageTokenCodec, PROGRESS, skillsOfQuery } from './page-token';
import {
  type Decision,
  decideCreate,
  decideDelete,
  decideProgress,
  decideUpdate,
  fillDefaults,
  notFoundError,
  type WriteMoment,
} from './writes';

/**
 * One transaction: calls `decide` with the newest catalogue and the revision that the write will have, stores the decision
 * and applies it to the catalogue, all or nothing.
 */
export type Transact = <Answer>(
  decide: (catalogue: Catalogue, revision: number) => Decision<Answer>,
  options: WriteOptions,
) => Promise<Decision<Answer>>;

export interface WriteOptions {
  /** The time of the write, in RFC 3339. */
  readonly time: string;
  /** A write that is aborted while it waits for its turn stores nothing. */
  readonly signal?: AbortSignal;
  /** A retry with the same key and fingerprint gets the first answer; another fingerprint gets FAILED_PRECONDITION. */
  readonly idempotent?: {
    readonly caller: string;
    readonly key: string;
    readonly fingerprint: string;
    readonly time: string;
  };
}

export interface ServiceParts {
  /** The current catalogue. */
  readonly catalogue: () => Catalogue;
  readonly transact: Transact;
  /** A learner's progress, by skill id. */
  readonly progressOf: (learner: string) => Promise<readonly Progress[]>;
  /** The part of it after a skill id (empty for the first), with at most `limit` items. */
  readonly progressAfter: (learner: string, skillId: string, limit: number) => Promise<ListPart<Progress>>;
  readonly pageTokens: PageTokenCodec;
  readonly clock: () => Date;
}

export const createSkillsService = (parts: ServiceParts): SkillsApi => {
  const reads = catalogueReads(parts);
  const writes = skillWrites(parts);
  const progress = learnerProgress(parts);
  return {
    listCategories: reads.listCategories,
    getCategory: reads.getCategory,
    getSkill: reads.getSkill,
    listSkills: reads.listSkills,
    batchGetSkills: reads.batchGetSkills,
    getLearningPath: reads.getLearningPath,
    createSkill: writes.createSkill,
    updateSkill: writes.updateSkill,
    deleteSkill: writes.deleteSkill,
    setProgress: progress.setProgress,
    listProgress: progress.listProgress,
  };
};

type CatalogueReads = Pick<
  SkillsApi,
  'listCategories' | 'getCategory' | 'getSkill' | 'listSkills' | 'batchGetSkills' | 'getLearningPath'
>;

const catalogueReads = ({ catalogue, pageTokens, progressOf }: ServiceParts): CatalogueReads => ({
  listCategories: async ({ fields, ...paging }) => {
    const cursor = pageTokens.decode(CATEGORIES, paging.pageToken);
    const found = catalogue().listCategories(cursor, pageSizeOf(paging));
    const page = toPage(pageTokens, CATEGORIES, found, categoryBytes);
    return { ...page, items: page.items.map(maskCategory(fields)) };
  },

  getCategory: async ({ id, fields }) => {
    const category = catalogue().category(id);
    if (!category) throw notFoundError('category', id);
    return maskCategory(fields)(category);
  },

  getSkill: async ({ id, fields }) => maskSkill(fields)(skillOf(catalogue(), id)),

  listSkills: async ({ fields, ...query }) => {
    const { category, pageToken } = query;
    const current = catalogue();
    if (category !== undefined && !current.category(category)) throw notFoundError('category', category);
    const list = skillsOfQuery(query);
    const found = current.list(query, pageTokens.decode(list, pageToken), pageSizeOf(query));
    const page = toPage(pageTokens, list, found, (skill) => skillBytes(skill, fields));
    return { ...page, items: page.items.map(maskSkill(fields)) };
  },

  batchGetSkills: async ({ ids, fields }) => {
    const current = catalogue();
    const skills = ids.map((id) => current.skill(id)).filter((skill) => skill !== undefined);
    const missingIds = new Set(ids.filter((id) => !current.skill(id)));
    if (answerBytes(skills, fields, [...missingIds]) > LIMITS.answerBytesMax) throw batchTooLargeError();
    return { skills: skills.map(maskSkill(fields)), missingIds: [...missingIds] };
  },

  getLearningPath: async ({ id, fields }, context) => {
    const current = catalogue();
    const { skills, edges } = buildLearningPath(skillOf(current, id), (step) => skillOf(current, step));
    const learned = await learnedSkillIds(progressOf, context);
    const learnedIds = skills.map((skill) => skill.id).filter((step) => learned.has(step));
    const bytes = answerBytes(skills, fields, [edges, learnedIds]);
    if (skills.length > LIMITS.pathSkillsMax || bytes > LIMITS.answerBytesMax) throw pathTooLargeError(id);
    return { skills: skills.map(maskSkill(fields)), edges, learnedIds };
  },
});

const skillWrites = (
  parts: ServiceParts,
): Pick<SkillsApi, 'createSkill' | 'updateSkill' | 'deleteSkill'> => ({
  createSkill: ({ skill }, context) => {
    const complete = { skill: fillDefaults(skill) };
    return write(parts, 'createSkill', complete, context, (catalogue, moment) =>
      decideCreate(catalogue, complete, moment),
    );
  },

  updateSkill: (input, context) =>
    write(parts, 'updateSkill', input, context, (catalogue, moment) =>
      decideUpdate(catalogue, input, moment),
    ),

  deleteSkill: (input, context) =>
    write(parts, 'deleteSkill', input, context, (catalogue, moment) =>
      decideDelete(catalogue, input, moment),
    ),
});

const learnerProgress = (parts: ServiceParts): Pick<SkillsApi, 'setProgress' | 'listProgress'> => ({
  setProgress: async (input, context) => {
    const learner = learnerOf(context);
    const before = await inPhase(context?.observed, 'store', () => parts.progressOf(learner));
    return write(parts, 'setProgress', input, context, (catalogue, moment) =>
      decideProgress(catalogue, input, { learner, before }, moment),
    );
  },

  listProgress: async (paging, context) => {
    const learner = learnerOf(context);
    const { pageTokens, progressAfter } = parts;
    const after = pageTokens.decode(PROGRESS, paging.pageToken)?.id ?? '';
    const found = await inPhase(context?.observed, 'store', () =>
      progressAfter(learner, after, pageSizeOf(paging)),
    );
    return toPage(pageTokens, PROGRESS, found);
  },
});

const write = async <O extends Operation, Answer>(
  { clock, transact }: ServiceParts,
  operation: O,
  input: Input<O>,
  context: CallContext = {},
  decide: (catalogue: Catalogue, moment: WriteMoment) => Decision<Answer>,
): Promise<Answer> => {
  const { signal, observed, caller, idempotencyKey: key } = context;
  const time = clock().toISOString();
  const fingerprint = key !== undefined && fingerprintInput(operation, input);
  const { answer } = await inPhase(observed, 'store', () =>
    transact((catalogue, revision) => decide(catalogue, { revision, time }), {
      signal,
      time,
      ...(fingerprint && { idempotent: { caller: caller?.subject ?? '', key, fingerprint, time } }),
    }),
  );
  return answer;
};

const NO_IDS: ReadonlySet<string> = new Set();

/** The ids of the skills that the caller has learned; none for a caller that is not a learner. */
const learnedSkillIds = async (
  progressOf: ServiceParts['progressOf'],
  { caller, observed }: CallContext = {},
): Promise<ReadonlySet<string>> => {
  if (!caller?.learner) return NO_IDS;
  const progress = await inPhase(observed, 'store', () => progressOf(caller.subject));
  return new Set(progress.filter(({ status }) => status === 'LEARNED').map(({ skillId }) => skillId));
};

/** The subject of the learner's token. The authorization policy rejects every other call before this. */
const learnerOf = (context: CallContext | undefined): string => {
  if (context?.caller?.learner) return context.caller.subject;
  throw unauthenticated('TOKEN_REQUIRED', "This operation needs a learner's token.");
};

const skillOf = (catalogue: Catalogue, id: string): Skill => {
  const skill = catalogue.skill(id);
  if (!skill) throw notFoundError('skill', id);
  return skill;
};
