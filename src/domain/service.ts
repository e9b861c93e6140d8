/** SkillsApi over the catalogue in memory. Reads look at nothing else; writes are decided here and stored by `transact`. */
import type { CallContext } from '../contract/context';
import type { SkillGraph } from '../contract/graph';
import { LIMITS } from '../contract/limits';
import type { Skill } from '../contract/model';
import type { ListSkills, SkillsApi } from '../contract/skills-api';
import type { Catalogue } from './catalogue';
import { learningPath } from './learning-path';
import { maskCategory, maskSkill } from './mask';
import type { PageTokens } from './page-token';
import { create, type Decision, type Moment, notFound, remove, update } from './writes';

/** Decides against the newest catalogue, stores what was decided, and brings the catalogue up to it: all or nothing. */
export type Transact = <D extends Decision>(
  decide: (catalogue: Catalogue, revision: number) => D,
) => Promise<D>;

export interface ServiceParts {
  /** The catalogue as it stands at this moment. */
  readonly catalogue: () => Catalogue;
  readonly transact: Transact;
  readonly pageTokens: PageTokens;
  readonly clock: () => Date;
}

export const skillsService = ({ catalogue, transact, pageTokens, clock }: ServiceParts): SkillsApi => {
  /** A call that was given up while it waited for its turn writes nothing. */
  const write = <D extends Decision>(
    context: CallContext | undefined,
    decide: (catalogue: Catalogue, moment: Moment) => D,
  ): Promise<D> =>
    transact((newest, revision) => {
      context?.signal?.throwIfAborted();
      return decide(newest, { revision, time: clock().toISOString() });
    });

  return {
    listCategories: async ({ fields }) => catalogue().categories.map(maskCategory(fields)),

    getCategory: async ({ id, fields }) => {
      const category = catalogue().category(id);
      if (!category) throw notFound('category', id);
      return maskCategory(fields)(category);
    },

    getSkill: async ({ id, fields }) => maskSkill(fields)(skillOf(catalogue(), id)),

    listSkills: async ({ fields, ...query }) => {
      const { category, pageToken } = query;
      const now = catalogue();
      if (category !== undefined && !now.category(category)) throw notFound('category', category);
      const cursor = pageToken ? pageTokens.read(query, pageToken) : undefined;
      const { items, more, totalSize } = now.list(query, cursor, pageSizeOf(query));
      return {
        items: items.map(maskSkill(fields)),
        ...(more && { nextPageToken: pageTokens.after(query, items.at(-1)!) }),
        totalSize,
      };
    },

    batchGetSkills: async ({ ids, fields }) => {
      const now = catalogue();
      const found = ids.map((id) => now.skill(id)).filter((skill) => skill !== undefined);
      const missing = new Set(ids.filter((id) => !now.skill(id)));
      return { skills: found.map(maskSkill(fields)), missingIds: [...missing] };
    },

    getLearningPath: async ({ id, fields }) => {
      const now = catalogue();
      const { skills, edges } = learningPath(skillOf(now, id), (step) => skillOf(now, step));
      return { skills: skills.map(maskSkill(fields)), edges };
    },

    createSkill: async (input, context) =>
      (await write(context, (newest, moment) => create(newest, input, moment))).skill,

    updateSkill: async (input, context) =>
      (await write(context, (newest, moment) => update(newest, input, moment))).skill,

    deleteSkill: async (input, context) => {
      await write(context, (newest, moment) => remove(newest, input, moment));
    },
  };
};

const skillOf = (catalogue: Catalogue, id: string): Skill => {
  const skill = catalogue.skill(id);
  if (!skill) throw notFound('skill', id);
  return skill;
};

const pageSizeOf = ({ pageSize }: ListSkills): number =>
  Math.min(pageSize || LIMITS.pageSizeDefault, LIMITS.pageSizeMax);

export const skillGraph = (catalogue: Catalogue, pageTokens: PageTokens): SkillGraph => ({
  category: (id) => catalogue.category(id),
  skill: (id) => catalogue.skill(id),
  childrenOf: (categoryId) => catalogue.childrenOf(categoryId),
  skillsIn: (categoryId) => catalogue.skillsIn(categoryId),
  pageTokenAfter: (query, last) => pageTokens.after(query, last),
});
