/** How much one document may ask: names given twice, and values in the answer. Honest questions stay far below both. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { DOCUMENTS } from '../../../src/adapters/graphql/requests';
import { LIMITS } from '../../../src/contract/limits';
import { graphqlPost, type Outcome, graphql as question } from '../../support/raw/ask';
import { nothingLogged } from '../../support/raw/table';
import { type Served, serveMap } from '../../support/served';

let server: Served;
const served = () => server;
beforeAll(async () => {
  server = await serveMap(['graphql']);
});
afterAll(() => server.stop());

const ask = (query: string, variables?: object): Promise<Outcome> =>
  question(query, variables, { authorization: `Bearer ${server.token}` })(server);

/** As deep as the other limit lets it be. */
const DEEP =
  '{ categories { skills { requires { requires { requires { requires { requires { id } } } } } } } }';
const TOO_COSTLY = { status: 400, code: 'RESOURCE_EXHAUSTED', reason: 'QUERY_TOO_COSTLY' };

describe('honest questions pass:', () => {
  const skill = { id: 'limits', name: 'Limits', categoryIds: ['tools'] };
  const VARIABLES: Readonly<Record<string, object>> = {
    getCategory: { id: 'tools' },
    listSkills: { first: 200 },
    batchGetSkills: { ids: Array(LIMITS.batchIdsMax).fill('git') },
    createSkill: { skill },
    updateSkill: { id: 'limits', etag: '*', patch: { name: 'L' } },
    deleteSkill: { id: 'limits', etag: '*' },
    setProgress: { skillId: 'git', status: 'PLANNED' },
  };
  test.each(Object.entries(DOCUMENTS))("our client's own %s", async (operation, document) => {
    expect((await ask(document({}), VARIABLES[operation] ?? { id: 'git' })).code).toBe('OK');
  });

  test('the document of GraphiQL, with all that it can ask, is introspection', async () => {
    const all = {
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    };
    expect((await ask(getIntrospectionQuery())).code).toBe('OK');
    expect((await ask(getIntrospectionQuery(all))).code).toBe('OK');
  });

  test.each([
    '{ categories { id name children { id name skills { id name } } } }',
    '{ categories { id name skills { id name level requires { id name } } } }',
    '{ skills(first: 200) { nodes { id name summary categories { id name } } } }',
    '{ skills(first: 200) { nodes { id name learningPath { skills { id name } } } } }',
    '{ skill(id: "soap") { requires { requires { requires { requires { requires { id } } } } } } }',
    `${DEEP.replace('categories', 'categories @skip(if: true)').slice(0, -1)} tools: category(id: "tools") { id } }`,
  ])('%s', async (query) => {
    expect((await ask(query)).code).toBe('OK');
  });

  const FILES = ['../../../src/compare/scenarios', '../../../examples']
    .map((folder) => path.join(__dirname, folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
    )
    .filter((file) => file.endsWith('.ts'));
  const QUERIES = FILES.flatMap((file) =>
    Array.from(
      readFileSync(file, 'utf8').matchAll(/['`]((?:query|\{ )[^'`]*\})['`]/g),
      ([, query]) => query!,
    ),
  );

  test('there are queries in the scenarios and the examples', () => {
    expect(QUERIES.length).toBeGreaterThan(5);
  });

  test.each(QUERIES)('%s of a scenario or an example', async (query) => {
    const variables = { id: 'git', category: 'tools', filter: { category: 'tools' }, first: 200 };
    expect((await ask(query, variables)).code).toBe('OK');
  });
});

describe('the cost:', () => {
  test('a walk of 8 levels over every category is too costly', async () => {
    expect(await ask(DEEP)).toMatchObject(TOO_COSTLY);
  });

  test('nor is it cheaper behind fragments, or spread by them over and over', async () => {
    const fragments =
      'fragment a on Skill { requires { requires { ...b } } } fragment b on Skill { requires { requires { requires { id } } } }';
    expect(await ask(`{ categories { skills { ...a } } } ${fragments}`)).toMatchObject(TOO_COSTLY);
    const spread = Array.from(
      { length: 20 },
      (_, index) =>
        `fragment f${index} on Query { ${index < 19 ? `...f${index + 1} ...f${index + 1}` : 'categories { id }'} }`,
    );
    expect(await ask(`{ ...f0 } ${spread.join(' ')}`)).toMatchObject(TOO_COSTLY);
  });

  test('of several operations, only the one asked for counts', async () => {
    const both = `query cheap { categories { id } } query costly ${DEEP}`;
    const reasonOf = async (operationName: string) =>
      (await graphqlPost(JSON.stringify({ query: both, operationName }))(server)).reason;
    expect(await reasonOf('cheap')).toBe('');
    expect(await reasonOf('costly')).toBe('QUERY_TOO_COSTLY');
    expect(await reasonOf('neither')).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  const PATHS = `query ($first: Int, $ids: [ID!]!, $rest: Boolean!) {
    skills(first: $first) { nodes { learningPath { skills { id name } edges { skillId requiresId } } } }
    skillsById(ids: $ids) { skills { learningPath { skills { id name @include(if: $rest) } } } }
  }`;
  const ids = (length: number) => Array(length).fill('git');

  test.each([
    ['', { first: 20, ids: ids(2), rest: true }],
    ['QUERY_TOO_COSTLY', { first: 200, ids: ids(2), rest: true }],
    ['INVALID_INPUT', { first: -1, ids: ids(2), rest: true }],
    ['', { ids: ids(2), rest: true }],
    ['QUERY_TOO_COSTLY', { first: 170, ids: ids(100), rest: true }],
    ['', { first: 170, ids: ids(50), rest: false }],
  ])(
    'has the reason "%s" by the variables of each request, whatever came before',
    async (reason, variables) => {
      expect((await ask(PATHS, variables)).reason).toBe(reason);
    },
  );

  test('a page of less than nothing takes nothing off the rest', async () => {
    const { reason } = await ask(`{ skills(first: -1000000) { nodes { id name } } ${DEEP.slice(1)}`);
    expect(reason).toBe('QUERY_TOO_COSTLY');
  });

  test('introspection that repeats itself is too costly', async () => {
    const one = '__schema { types { fields { type { fields { type { name kind } name description } } } } }';
    const many = Array.from({ length: LIMITS.graphqlAliasesMax }, (_, index) => `s${index}: ${one}`);
    expect(await ask(`{ ${many.join(' ')} }`)).toMatchObject(TOO_COSTLY);
  });
});

describe('aliases:', () => {
  const aliased = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: skill(id: "git") { id }`).join(' ')} }`;
  const TOO_MANY = { status: 400, code: 'INVALID_ARGUMENT', reason: 'TOO_MANY_ALIASES' };

  test(`${LIMITS.graphqlAliasesMax} are fine, one more is refused`, async () => {
    expect((await ask(aliased(LIMITS.graphqlAliasesMax))).code).toBe('OK');
    expect(await ask(aliased(LIMITS.graphqlAliasesMax + 1))).toMatchObject(TOO_MANY);
  });

  test('a fragment counts as often as it is spread, and __typename is a field as any other', async () => {
    const fragment = 'fragment a on Skill { a: id b: name c: summary d: etag }';
    const spread = (times: number) =>
      Array.from({ length: times }, (_, index) => `s${index}: skill(id: "git") { ...a }`).join(' ');
    expect((await ask(`{ ${spread(6)} } ${fragment}`)).code).toBe('OK');
    expect(await ask(`{ ${spread(7)} } ${fragment}`)).toMatchObject(TOO_MANY);
    const names = Array.from({ length: 31 }, (_, index) => `t${index}: __typename`).join(' ');
    expect(await ask(`{ ${names} }`)).toMatchObject(TOO_MANY);
  });
});

nothingLogged(served);
