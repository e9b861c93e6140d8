/** SkillGraph over the catalogue in memory: synchronous look-ups for GraphQL's nested fields. */
import type { SkillGraph } from '../contract/skill-graph';
import type { Catalogue } from './catalogue';
import type { PageTokenCodec } from './page-token';

export const createSkillGraph = (catalogue: Catalogue, pageTokens: PageTokenCodec): SkillGraph => ({
  category: (id) => catalogue.category(id),
  skill: (id) => catalogue.skill(id),
  childrenOf: (categoryId) => catalogue.childrenOf(categoryId),
  skillsIn: (categoryId) => catalogue.skillsIn(categoryId),
  pageTokenAfter: (query, last) => pageTokens.encode(query, last),
});
