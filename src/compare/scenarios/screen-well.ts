/** The same screen with few requests: GraphQL follows the references in one request, the others batch the prerequisites. */
import type { GraphqlClient } from '../../calls/clients';
import type { SkillsApi } from '../../contract/skills-api';
import { forEveryProtocol, pick, type Scenario } from './support/scenario';

const readInTwoBatches = async (api: SkillsApi, category: string) => {
  const [{ name }, page] = await Promise.all([
    api.getCategory({ id: category, fields: ['name'] }),
    api.listSkills({ category, pageSize: 10, fields: ['id', 'name', 'requires'] }),
  ]);
  const ids = [...new Set(page.items.flatMap(({ requires }) => requires))];
  const { skills } =
    ids.length > 0 ? await api.batchGetSkills({ ids, fields: ['id', 'name'] }) : { skills: [] };
  const byId = new Map(skills.map((skill) => [skill.id, skill]));
  return {
    name,
    skills: page.items.map((skill) => ({ ...skill, requires: skill.requires.map((id) => byId.get(id)) })),
  };
};

const DOCUMENT = `query ($category: ID!, $filter: SkillFilter) {
  category(id: $category) { name }
  skills(filter: $filter, first: 10) { nodes { id name requires { id name } } }
}`;

const readByOneDocument = async (client: GraphqlClient, category: string) => {
  const answer = await client.execute(DOCUMENT, { category, filter: { category } });
  return { name: answer.category.name, skills: answer.skills.nodes };
};

export default {
  name: 'screen-well',
  question: 'the same screen with as few round trips as each style allows',
  draw: ({ categoryIds }, random) => pick(categoryIds, random),
  ask: { ...forEveryProtocol(readInTwoBatches), graphql: readByOneDocument },
} satisfies Scenario<string>;
