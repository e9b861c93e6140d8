/** GraphQL nests the categories in one request; the other clients call two operations at once and join the answers. */
import type { GraphqlClient } from '../../calls/clients';
import type { SkillsApi } from '../../contract/skills-api';
import { forEveryProtocol, pick, type Scenario } from './support/scenario';

const PAGE_SIZE = 200;

const readAndJoin = async (api: SkillsApi, pageToken: string) => {
  const [page, categories] = await Promise.all([
    api.listSkills({ pageSize: PAGE_SIZE, pageToken, fields: ['id', 'name', 'summary', 'categoryIds'] }),
    api.listCategories({ pageSize: PAGE_SIZE, fields: ['id', 'name'] }),
  ]);
  const byId = new Map(categories.items.map((category) => [category.id, category]));
  return page.items.map(({ categoryIds, ...skill }) => ({
    ...skill,
    categories: categoryIds.map((id) => byId.get(id)),
  }));
};

const DOCUMENT =
  'query ($first: Int, $after: String) { skills(first: $first, after: $after) { nodes { id name summary categories { id name } } } }';

const readByOneDocument = async (client: GraphqlClient, after: string) =>
  (await client.execute(DOCUMENT, { first: PAGE_SIZE, after })).skills.nodes;

export default {
  name: 'page-200-nested',
  question: 'a page of 200 skills, each with the names of its categories',
  draw: ({ pageTokens }, random) => pick(pageTokens(PAGE_SIZE), random),
  ask: { ...forEveryProtocol(readAndJoin), graphql: readByOneDocument },
} satisfies Scenario<string>;
