/** The constant objects that the bare servers answer: the very same skills, in the shape each library wants. */
import { METHODS } from '../../src/adapters/grpc/schema';
import { encodePage } from '../../src/adapters/grpc/wire';
import type { SkillGraph } from '../../src/contract/graph';
import type { Page, Skill } from '../../src/contract/model';
import type { SkillsApi } from '../../src/contract/skills-api';

export const constantAnswers = async (api: SkillsApi, graph: SkillGraph, id: string) => {
  const skill = await api.getSkill({ id });
  const page20 = await api.listSkills({ pageSize: 20 });
  const page200 = await api.listSkills({ pageSize: 200 });
  return {
    skill,
    page20,
    page200,
    graphqlSkill: graphqlSkill(graph)(skill),
    graphqlPage20: graphqlPage(graph, page20),
    graphqlPage200: graphqlPage(graph, page200),
    grpcSkill: METHODS.listSkills.responseDeserialize(encodePage({ items: [skill], totalSize: 1 })).skills[0],
    grpcPage20: METHODS.listSkills.responseDeserialize(encodePage(page20)),
    grpcPage200: METHODS.listSkills.responseDeserialize(encodePage(page200)),
    soapSkill: soapValue(skill),
    soapPage20: soapValue(page20),
    soapPage200: soapValue(page200),
  };
};

const graphqlSkill = (graph: SkillGraph) => (skill: Skill) => ({
  ...skill,
  requires: skill.requires.map((id) => ({ id })),
  related: skill.related.map((id) => ({ id })),
  categories: skill.categoryIds.map((id) => graph.category(id)),
});

const graphqlPage = (graph: SkillGraph, { items, nextPageToken, totalSize }: Page<Skill>) => ({
  nodes: items.map(graphqlSkill(graph)),
  pageInfo: { hasNextPage: nextPageToken !== undefined, endCursor: nextPageToken },
  totalSize,
});

/** Lists as `<item>`s. */
const soapValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return { item: value.map(soapValue) };
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, soapValue(member)]));
};
