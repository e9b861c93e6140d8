/** SkillsApi over the catalogue in memory. Reads look at nothing else; writes are decided here and stored by `transact`. */
import type { CallContext } from '../contract/context';
import { unauthenticated } from '../contract/errors';
import { LIMITS } from '../contract/limits';
import type { Progress, Skill } from '../contract/model';
import type { SkillGraph } from '../contract/skill-graph';
import type { Input, ListSkills, Operation, SkillsApi } from '../contract/skills-api';
import { inPhase } from '../contract/telemetry';
import type { Catalogue } from './catalogue';
import { buildLearningPath } from './learning-path';
import { maskCategory, maskSkill } from './mask';
import type { PageTokenCodec } from './page-token';
import {
  type Decision,
  decideCreate,
  decideDelete,
  decideProgress,
  decideUpdate,
  fillDefaults,
  fingerprintInput,
  notFoundError,
  type WriteMoment,
} from './writes';

/** Decides against the newest catalogue, stores what was decided, and brings the catalogue up to it: all or nothing. */
export type Transact = <Answer>(
  decide: (catalogue: Catalogue, revision: number) => Decision<Answer>,
  options?: WriteOptions,
) => Promise<Decision<Answer>>;

export interface WriteOptions {
  /** A write that was given up while it waited for its turn stores nothing. */
  readonly signal?: AbortSignal;
  /** The same key with the same fingerprint has one effect, and the first answer; with another, FAILED_PRECONDITION. */
  readonly idempotent?: {
    readonly caller: string;
    readonly key: string;
    readonly fingerprint: string;
    readonly time: string;
  };
}

export interface ServiceParts {
  /** The catalogue as it stands at this moment. */
  readonly catalogue: () => Catalogue;
  readonly transact: Transact;
  /** A learner's progress, by skill id. */
  readonly progressOf: (learner: string) => Promise<readonly Progress[]>;
  readonly pageTokens: PageTokenCodec;
  readonly clock: () => Date;
}

export const createSkillsService = ({
  catalogue,
  transact,
  progressOf,
  pageTokens,
  clock,
}: ServiceParts): SkillsApi => {
  const write = async <O extends Operation, Answer>(
    operation: O,
    input: Input<O>,
    context: CallContext = {},
    decide: (catalogue: Catalogue, moment: WriteMoment) => Decision<Answer>,
  ): Promise<Answer> => {
    const { signal, observed, caller, idempotencyKey: key } = context;
    const time = clock().toISOString();
    const keyed = key !== undefined && {
      keyed: { caller: caller?.subject ?? '', key, fingerprint: fingerprintInput(operation, input), time },
    };
    const { answer } = await inPhase(observed, 'store', () =>
      transact((newest, revision) => decide(newest, { revision, time }), { signal, ...keyed }),
    );
    return answer;
  };

  const learnedBy = async ({ caller, observed }: CallContext = {}): Promise<ReadonlySet<string>> => {
    if (!caller?.learner) return NOTHING;
    const all = await inPhase(observed, 'store', () => progressOf(caller.subject));
    return new Set(all.filter(({ status }) => status === 'LEARNED').map(({ skillId }) => skillId));
  };

  return {
    listCategories: async ({ fields }) => catalogue().categories.map(maskCategory(fields)),

    getCategory: async ({ id, fields }) => {
      const category = catalogue().category(id);
      if (!category) throw notFoundError('category', id);
      return maskCategory(fields)(category);
    },

    getSkill: async ({ id, fields }) => maskSkill(fields)(skillOf(catalogue(), id)),

    listSkills: async ({ fields, ...query }) => {
      const { category, pageToken } = query;
      const now = catalogue();
      if (category !== undefined && !now.category(category)) throw notFoundError('category', category);
      const cursor = pageToken ? pageTokens.decode(query, pageToken) : undefined;
      const { items, hasMore: more, totalSize } = now.list(query, cursor, pageSizeOf(query));
      return {
        items: items.map(maskSkill(fields)),
        ...(more && { nextPageToken: pageTokens.encode(query, items.at(-1)!) }),
        totalSize,
      };
    },

    batchGetSkills: async ({ ids, fields }) => {
      const now = catalogue();
      const found = ids.map((id) => now.skill(id)).filter((skill) => skill !== undefined);
      const missing = new Set(ids.filter((id) => !now.skill(id)));
      return { skills: found.map(maskSkill(fields)), missingIds: [...missing] };
    },

    getLearningPath: async ({ id, fields }, context) => {
      const now = catalogue();
      const { skills, edges } = buildLearningPath(skillOf(now, id), (step) => skillOf(now, step));
      const learned = await learnedBy(context);
      const learnedIds = skills.map((skill) => skill.id).filter((step) => learned.has(step));
      return { skills: skills.map(maskSkill(fields)), edges, learnedIds };
    },

    createSkill: ({ skill }, context) => {
      const whole = { skill: fillDefaults(skill) };
      return write('createSkill', whole, context, (newest, moment) => decideCreate(newest, whole, moment));
    },

    updateSkill: (input, context) =>
      write('updateSkill', input, context, (newest, moment) => decideUpdate(newest, input, moment)),

    deleteSkill: (input, context) =>
      write('deleteSkill', input, context, (newest, moment) => decideDelete(newest, input, moment)),

    setProgress: async (input, context) => {
      const learner = learnerOf(context);
      const before = await inPhase(context?.observed, 'store', () => progressOf(learner));
      return write('setProgress', input, context, (newest, moment) =>
        decideProgress(newest, input, { learner, before }, moment),
      );
    },

    listProgress: async (_input, context) => {
      const learner = learnerOf(context);
      return inPhase(context?.observed, 'store', () => progressOf(learner));
    },
  };
};

const NOTHING: ReadonlySet<string> = new Set();

/** The guard lets nobody else through. */
const learnerOf = (context: CallContext | undefined): string => {
  if (context?.caller?.learner) return context.caller.subject;
  throw unauthenticated('TOKEN_REQUIRED', 'This operation needs the token of a learner.');
};

const skillOf = (catalogue: Catalogue, id: string): Skill => {
  const skill = catalogue.skill(id);
  if (!skill) throw notFoundError('skill', id);
  return skill;
};

const pageSizeOf = ({ pageSize }: ListSkills): number =>
  Math.min(pageSize || LIMITS.pageSizeDefault, LIMITS.pageSizeMax);

export const createSkillGraph = (catalogue: Catalogue, pageTokens: PageTokenCodec): SkillGraph => ({
  category: (id) => catalogue.category(id),
  skill: (id) => catalogue.skill(id),
  childrenOf: (categoryId) => catalogue.childrenOf(categoryId),
  skillsIn: (categoryId) => catalogue.skillsIn(categoryId),
  pageTokenAfter: (query, last) => pageTokens.encode(query, last),
});
