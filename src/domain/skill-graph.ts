/** SkillGraph over the catalogue in memory: synchronous look-ups for GraphQL's nested fields. */
import { parsePaging } from '../contract/inputs';
import type { ListLengths, SkillGraph } from '../contract/skill-graph';
import type { Catalogue } from './catalogue';
import { pageSizeOf, toPage } from './page';
import { CATEGORIES, type PageTokenCodec, PROGRESS, skillsOfCategory, skillsOfQuery } from './page-token';

export const createSkillGraph = (catalogue: Catalogue, pageTokens: PageTokenCodec): SkillGraph => ({
  category: (id) => catalogue.category(id),
  skill: (id) => catalogue.skill(id),
  childrenOf: (categoryId) => catalogue.childrenOf(categoryId),
  skillsIn: (categoryId, paging) => {
    const checked = parsePaging(paging);
    const list = skillsOfCategory(categoryId);
    const cursor = pageTokens.decode(list, checked.pageToken);
    return toPage(pageTokens, list, catalogue.skillsIn(categoryId, cursor, pageSizeOf(checked)));
  },
  tokenAfter: {
    category: (last) => pageTokens.encode(CATEGORIES, last),
    skill: (query, last) => pageTokens.encode(skillsOfQuery(query), last),
    skillIn: (categoryId, last) => pageTokens.encode(skillsOfCategory(categoryId), last),
    progress: (last) => pageTokens.encode(PROGRESS, last),
  },
  lengths: () => lengthsOf(catalogue),
});

const measured = new WeakMap<Catalogue, ListLengths>();

const lengthsOf = (catalogue: Catalogue): ListLengths => {
  let lengths = measured.get(catalogue);
  if (!lengths) {
    lengths = measureLengths(catalogue);
    measured.set(catalogue, lengths);
  }
  return lengths;
};

const measureLengths = ({ categories, parts }: Catalogue): ListLengths => {
  const skills = parts.slots.skills.filter((skill) => skill !== undefined);
  const total = (list: 'categoryIds' | 'requires' | 'related' | 'demonstrations'): number =>
    skills.reduce((sum, skill) => sum + skill[list].length, 0);
  const perCategory = (count: number): number => count / Math.max(1, categories.length);
  const perSkill = (count: number): number => count / Math.max(1, skills.length);
  return {
    categories: categories.length,
    skills: skills.length,
    childrenOfCategory: perCategory(categories.filter(({ parentId }) => parentId !== undefined).length),
    skillsOfCategory: perCategory(total('categoryIds')),
    categoriesOfSkill: perSkill(total('categoryIds')),
    requires: perSkill(total('requires')),
    related: perSkill(total('related')),
    demonstrations: perSkill(total('demonstrations')),
  };
};
