/** Each question once, and how each protocol is asked: by SkillsApi, except where a protocol has a way of its own. */
import type { GraphqlClient } from '../adapters/graphql/client';
import type { Skill } from '../contract/model';
import type { ProtocolName, SkillsClient } from '../contract/protocol';
import type { SkillsApi } from '../contract/skills-api';

export type Clients = Readonly<Record<ProtocolName, SkillsClient>> & { readonly graphql: GraphqlClient };

export interface Scenario {
  readonly name: string;
  readonly question: string;
  readonly ask: { readonly [P in ProtocolName]: (client: Clients[P]) => Promise<unknown> };
}

const everywhere = (ask: (api: SkillsApi) => Promise<unknown>): Scenario['ask'] => ({
  rest: ask,
  graphql: ask,
  grpc: ask,
  soap: ask,
});

const PAGE = { pageSize: 20 } as const;
const BATCH =
  'javascript php python java nodejs laravel django spring-boot postgresql mysql oracle-database mongodb rest rpc ' +
  'soap graphql json xml vs-code git github docker postman jwt oauth2';

/** Two operations, asked at the same time: without a graph to walk, the client puts the answer together. */
const pageWithCategories = async (api: SkillsApi) => {
  const [page, categories] = await Promise.all([
    api.listSkills({ ...PAGE, fields: ['id', 'name', 'categoryIds'] }),
    api.listCategories({ fields: ['id', 'name'] }),
  ]);
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  return page.items.map(({ id, name, categoryIds }) => ({
    id,
    name,
    categories: categoryIds.map((categoryId) => names.get(categoryId)),
  }));
};

const NESTED = 'query ($first: Int) { skills(first: $first) { nodes { id name categories { name } } } }';

const pageWithCategoriesByGraphql = async (client: GraphqlClient) => {
  const { skills } = await client.execute(NESTED, { first: PAGE.pageSize });
  return skills.nodes.map(
    ({ id, name, categories }: Pick<Skill, 'id' | 'name'> & { categories: { name: string }[] }) => ({
      id,
      name,
      categories: categories.map((category) => category.name),
    }),
  );
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'one skill',
    question: 'a skill by its id',
    ask: everywhere((api) => api.getSkill({ id: 'graphql' })),
  },
  {
    name: 'a page of 20',
    question: 'the first 20 skills by name',
    ask: everywhere((api) => api.listSkills(PAGE)),
  },
  {
    name: 'a page with nested categories',
    question: 'the first 20 skills, each with the names of its categories',
    ask: { ...everywhere(pageWithCategories), graphql: pageWithCategoriesByGraphql },
  },
  {
    name: 'a learning path',
    question: 'everything to learn before AWS Lambda, in order',
    ask: everywhere((api) => api.getLearningPath({ id: 'aws-lambda' })),
  },
  {
    name: 'a batch of 25',
    question: '25 skills by their ids',
    ask: everywhere((api) => api.batchGetSkills({ ids: BATCH.split(' ') })),
  },
];
