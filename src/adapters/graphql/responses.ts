/** Apollo writes the response by the client's selection; most encoders only pass on objects. Null stands for absent. */
import type { Category, Progress, Skill } from '../../contract/model';
import type { SkillGraph } from '../../contract/skill-graph';
import type { Input, ListSkills, Operation } from '../../contract/skills-api';
import type { ResponseCodecs } from '../common/codecs';
import { decodeConnection, encodeConnection } from './connection';
import { ROUTES } from './schema';

/** What an encoder needs besides the output. */
interface ResolvedCall {
  readonly input: Input<Operation>;
  readonly graph: () => SkillGraph;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON.parse gives any; the decoders spread the fields that our document selects.
type Json = any;

const decodeCategory = ({ parentId, ...category }: Json): Category => ({
  ...category,
  ...(parentId != null && { parentId }),
});

const decodeSkill = ({ level, requires, related, ...skill }: Json): Skill => ({
  ...skill,
  ...(level != null && { level }),
  ...(requires && { requires: decodeIds(requires) }),
  ...(related && { related: decodeIds(related) }),
});

const decodeIds = (references: readonly { id: string }[]): string[] => references.map(({ id }) => id);

const decodeProgress = ({ skillId, status, updateTime }: Json): Progress => ({ skillId, status, updateTime });

/** The selection picks the fields, so the resolver gets the whole object. */
const asGraphObject = <T>(output: T): T => output;

/** `decode` reads the response's `data`, in which each operation has its field. */
export const RESPONSES: ResponseCodecs<unknown, Json, ResolvedCall> = {
  listCategories: {
    encode: (page, { graph }) => encodeConnection(page, graph().tokenAfter.category),
    decode: (data) => decodeConnection(data[ROUTES.listCategories], decodeCategory),
  },
  getCategory: { encode: asGraphObject, decode: (data) => decodeCategory(data[ROUTES.getCategory]) },
  getSkill: { encode: asGraphObject, decode: (data) => decodeSkill(data[ROUTES.getSkill]) },
  listSkills: {
    encode: (page, { input, graph }) => {
      const { skill, tokenAfter } = graph();
      // An item has only the selected fields, and a page token needs the field of the order.
      return encodeConnection(page, (item) => tokenAfter.skill(input as ListSkills, skill(item.id) ?? item));
    },
    decode: (data) => decodeConnection(data[ROUTES.listSkills], decodeSkill),
  },
  batchGetSkills: {
    encode: asGraphObject,
    decode: (data) => {
      const { skills, missingIds } = data[ROUTES.batchGetSkills];
      return { skills: skills.map(decodeSkill), missingIds };
    },
  },
  getLearningPath: {
    encode: asGraphObject,
    decode: (data) => {
      const { skills, edges, learnedIds } = data[ROUTES.getSkill][ROUTES.getLearningPath];
      return { skills: skills.map(decodeSkill), edges, learnedIds };
    },
  },
  createSkill: { encode: asGraphObject, decode: (data) => decodeSkill(data[ROUTES.createSkill]) },
  updateSkill: { encode: asGraphObject, decode: (data) => decodeSkill(data[ROUTES.updateSkill]) },
  // A field of GraphQL has a value, so the mutation answers with the id.
  deleteSkill: {
    encode: (_, { input }) => (input as Input<'deleteSkill'>).id,
    // Any other value is not an output.
    decode: (data, { id }) => (data[ROUTES.deleteSkill] === id ? undefined : data),
  },
  setProgress: { encode: asGraphObject, decode: (data) => decodeProgress(data[ROUTES.setProgress]) },
  listProgress: {
    encode: (page, { graph }) => encodeConnection(page, graph().tokenAfter.progress),
    decode: (data) => decodeConnection(data[ROUTES.listProgress], decodeProgress),
  },
};
