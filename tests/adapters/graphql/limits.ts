/** The limits on a GraphQL document: aliases and estimated values in the result. Ordinary queries stay far below both. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { DOCUMENTS } from '../../../src/adapters/graphql/requests';
import { LIMITS } from '../../../src/contract/limits';
import { type DecodedResponse, graphqlPost, graphql as question } from '../../support/raw/requests';
import { testNothingLogged } from '../../support/raw/table';
import { type Served, serveMap } from '../../support/served';

/** A query with the maximum permitted depth. */
const DEEP =
  '{ categories { skills { requires { requires { requires { requires { requires { id } } } } } } } }';
const TOO_COSTLY = { status: 400, code: 'RESOURCE_EXHAUSTED', reason: 'QUERY_TOO_COSTLY' };

export const describeLimits = (): void => {
  let server: Served;
  const served = () => server;
  beforeAll(async () => {
    server = await serveMap(['graphql']);
  });
  afterAll(() => server.stop());

  const send = (query: string, variables?: object): Promise<DecodedResponse> =>
    question(query, variables, { authorization: `Bearer ${server.token}` })(server);

  describe('queries below the limits:', () => {
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
    test.each(Object.entries(DOCUMENTS))(
      'the document of our client for %s passes',
      async (operation, document) => {
        expect((await send(document({}), VARIABLES[operation] ?? { id: 'git' })).code).toBe('OK');
      },
    );

    test('the introspection documents of GraphiQL pass', async () => {
      const all = {
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      };
      expect((await send(getIntrospectionQuery())).code).toBe('OK');
      expect((await send(getIntrospectionQuery(all))).code).toBe('OK');
    });

    test.each([
      '{ categories { id name children { id name skills { id name } } } }',
      '{ categories { id name skills { id name level requires { id name } } } }',
      '{ skills(first: 200) { nodes { id name summary categories { id name } } } }',
      '{ skills(first: 200) { nodes { id name learningPath { skills { id name } } } } }',
      '{ skill(id: "soap") { requires { requires { requires { requires { requires { id } } } } } } }',
      `${DEEP.replace('categories', 'categories @skip(if: true)').slice(0, -1)} tools: category(id: "tools") { id } }`,
    ])('%s passes', async (query) => {
      expect((await send(query)).code).toBe('OK');
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

    test('the scenarios and the examples contain queries', () => {
      expect(QUERIES.length).toBeGreaterThan(5);
    });

    test.each(QUERIES)('the query %s of a scenario or an example passes', async (query) => {
      const variables = { id: 'git', category: 'tools', filter: { category: 'tools' }, first: 200 };
      expect((await send(query, variables)).code).toBe('OK');
    });
  });

  describe('the cost limit:', () => {
    test('rejects 8 levels over every category', async () => {
      expect(await send(DEEP)).toMatchObject(TOO_COSTLY);
    });

    test('counts fields in nested and repeated fragments', async () => {
      const fragments =
        'fragment a on Skill { requires { requires { ...b } } } fragment b on Skill { requires { requires { requires { id } } } }';
      expect(await send(`{ categories { skills { ...a } } } ${fragments}`)).toMatchObject(TOO_COSTLY);
      const spread = Array.from(
        { length: 20 },
        (_, index) =>
          `fragment f${index} on Query { ${index < 19 ? `...f${index + 1} ...f${index + 1}` : 'categories { id }'} }`,
      );
      expect(await send(`{ ...f0 } ${spread.join(' ')}`)).toMatchObject(TOO_COSTLY);
    });

    test('counts only the selected operation of a document', async () => {
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
      'gives the reason "%s" by the variables of each request, independent of earlier requests',
      async (reason, variables) => {
        expect((await send(PATHS, variables)).reason).toBe(reason);
      },
    );

    test('does not subtract anything for a negative page size', async () => {
      const { reason } = await send(`{ skills(first: -1000000) { nodes { id name } } ${DEEP.slice(1)}`);
      expect(reason).toBe('QUERY_TOO_COSTLY');
    });

    test('rejects repeated introspection', async () => {
      const one = '__schema { types { fields { type { fields { type { name kind } name description } } } } }';
      const many = Array.from({ length: LIMITS.graphqlAliasesMax }, (_, index) => `s${index}: ${one}`);
      expect(await send(`{ ${many.join(' ')} }`)).toMatchObject(TOO_COSTLY);
    });
  });

  describe('the alias limit:', () => {
    const aliased = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: skill(id: "git") { id }`).join(' ')} }`;
    const TOO_MANY = { status: 400, code: 'INVALID_ARGUMENT', reason: 'TOO_MANY_ALIASES' };

    test(`accepts ${LIMITS.graphqlAliasesMax} aliases and rejects one more`, async () => {
      expect((await send(aliased(LIMITS.graphqlAliasesMax))).code).toBe('OK');
      expect(await send(aliased(LIMITS.graphqlAliasesMax + 1))).toMatchObject(TOO_MANY);
    });

    test('counts a fragment once per spread, and __typename like any field', async () => {
      const fragment = 'fragment a on Skill { a: id b: name c: summary d: etag }';
      const spread = (times: number) =>
        Array.from({ length: times }, (_, index) => `s${index}: skill(id: "git") { ...a }`).join(' ');
      expect((await send(`{ ${spread(6)} } ${fragment}`)).code).toBe('OK');
      expect(await send(`{ ${spread(7)} } ${fragment}`)).toMatchObject(TOO_MANY);
      const names = Array.from({ length: 31 }, (_, index) => `t${index}: __typename`).join(' ');
      expect(await send(`{ ${names} }`)).toMatchObject(TOO_MANY);
    });
  });

  testNothingLogged(served);
};
