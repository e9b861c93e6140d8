/** The limits on a GraphQL document and on the values of its result. Ordinary queries stay far below them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { DOCUMENTS } from '../../../src/adapters/graphql/requests';
import { LIMITS } from '../../../src/contract/limits';
import type { SkillMap } from '../../../src/domain/seed';
import { type DecodedResponse, graphqlPost, graphql as question } from '../../support/raw/requests';
import { testNothingLogged } from '../../support/raw/table';
import { type Served, serveMap } from '../../support/served';

/** A query with the maximum permitted depth. */
const DEEP =
  '{ category(id: "tools") { skills { nodes { requires { requires { requires { requires { requires { requires { id } } } } } } } } } }';
const TOO_COSTLY = { status: 400, code: 'RESOURCE_EXHAUSTED', reason: 'QUERY_TOO_COSTLY' };
const TOO_MANY_FIELDS = { status: 400, code: 'INVALID_ARGUMENT', reason: 'TOO_MANY_FIELDS' };

const repeat = (times: number, text: string | ((index: number) => string)): string =>
  Array.from({ length: times }, (_, index) => (typeof text === 'string' ? text : text(index))).join(' ');

/** Every skill is in the only category and relates to 20 others, except the last 60 skills, which relate to none. */
const DENSE: SkillMap = {
  createTime: '2026-01-01T00:00:00.000Z',
  categories: [{ id: 'tools', name: 'Tools', summary: '', position: 1 }],
  skills: Array.from({ length: 200 }, (_, index) => ({
    id: `skill-${index}`,
    name: `Skill ${index}`,
    categoryIds: ['tools'],
    related:
      index < 140 ? Array.from({ length: 20 }, (_, other) => `skill-${(index + other + 1) % 200}`) : [],
  })),
};

/** Each skill has 20,000 bytes of aliases. */
const LARGE: SkillMap = {
  ...DENSE,
  skills: Array.from({ length: 200 }, (_, index) => ({
    id: `skill-${index}`,
    name: `Skill ${index}`,
    categoryIds: ['tools'],
    related: [`skill-${(index + 1) % 200}`],
    aliases: Array.from({ length: 100 }, (_alias, place) => `${place} `.padEnd(LIMITS.nameCharsMax, 'x')),
  })),
};

export const describeLimits = (): void => {
  let server: Served;
  let dense: Served;
  const served = () => server;
  beforeAll(async () => {
    server = await serveMap(['graphql']);
    dense = await serveMap(['graphql'], { seed: DENSE });
  });
  afterAll(() => Promise.all([server.stop(), dense.stop()]));

  const send = (query: string, variables?: object): Promise<DecodedResponse> =>
    question(query, variables)(server);
  const sendDense = (query: string, variables?: object) => question(query, variables)(dense);

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
      '{ categories { nodes { id name children { id name skills { nodes { id name } } } } } }',
      '{ categories { nodes { id name skills { nodes { id name level requires { id name } } } } } }',
      '{ skills(first: 200) { nodes { id name summary categories { id name } } } }',
      '{ skills(first: 200) { nodes { id name learningPath { skills { id name } } } } }',
      '{ skill(id: "soap") { requires { requires { requires { requires { requires { id } } } } } } }',
      `${DEEP.replace(')', ') @skip(if: true)').slice(0, -1)} tools: category(id: "tools") { id } }`,
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
    const COSTLY = '{ skills(first: 200) { nodes { related { related { id } } } } }';

    test('rejects two levels of related skills over a whole page, and not where skills are few', async () => {
      expect(await sendDense(COSTLY)).toMatchObject(TOO_COSTLY);
      expect((await send(COSTLY)).code).toBe('OK');
    });

    test('counts fields in nested fragments', async () => {
      const fragments = 'fragment a on Skill { related { ...b } } fragment b on Skill { related { id } }';
      expect(await sendDense(`{ skills(first: 200) { nodes { ...a } } } ${fragments}`)).toMatchObject(
        TOO_COSTLY,
      );
    });

    test('counts only the selected operation of a document', async () => {
      const both = `query cheap { categories { totalSize } } query costly ${COSTLY}`;
      const reasonOf = async (operationName: string) =>
        (await graphqlPost(JSON.stringify({ query: both, operationName }))(dense)).reason;
      expect(await reasonOf('cheap')).toBe('');
      expect(await reasonOf('costly')).toBe('QUERY_TOO_COSTLY');
      expect(await reasonOf('neither')).toBe('OPERATION_RESOLUTION_FAILURE');
    });

    const RELATED = `query ($first: Int, $ids: [ID!]!, $rest: Boolean!) {
    skills(first: $first) { nodes { related { id name related { id } } } }
    skillsById(ids: $ids) { skills { related { id related { id @include(if: $rest) } } } }
  }`;
    const ids = (length: number) => Array(length).fill('skill-0');

    test.each([
      ['', { first: 20, ids: ids(2), rest: true }],
      ['QUERY_TOO_COSTLY', { first: 200, ids: ids(2), rest: true }],
      ['INVALID_INPUT', { first: -1, ids: ids(2), rest: true }],
      ['', { ids: ids(2), rest: true }],
      ['QUERY_TOO_COSTLY', { first: 20, ids: ids(100), rest: true }],
      ['', { first: 20, ids: ids(50), rest: false }],
    ])(
      'gives the reason "%s" by the variables of each request, independent of earlier requests',
      async (reason, variables) => {
        expect((await sendDense(RELATED, variables)).reason).toBe(reason);
      },
    );

    test('does not subtract anything for a negative page size', async () => {
      const query = `{ few: skills(first: -1000000) { nodes { id name } } ${COSTLY.slice(1)}`;
      // The status shows that the estimate rejects it, before execution.
      expect(await sendDense(query)).toMatchObject(TOO_COSTLY);
    });

    test('rejects repeated introspection', async () => {
      const one = '__schema { types { fields { type { fields { type { name kind } name description } } } } }';
      const many = Array.from({ length: LIMITS.graphqlAliasesMax }, (_, index) => `s${index}: ${one}`);
      expect(await send(`{ ${many.join(' ')} }`)).toMatchObject(TOO_COSTLY);
    });

    // Each skill of the answer has 1 + 20 + 20 * 20 values, and by the mean 1 + 14 + 14 * 14.
    test.each([
      [
        'compiled',
        'query ($ids: [ID!]!) { skillsById(ids: $ids) { skills { related { related { id } } } } }',
      ],
      [
        'interpreted',
        'query ($ids: [ID!]!) { skillsById(ids: $ids) { ...batch } } fragment batch on SkillBatch { skills { related { related { id name @skip(if: true) } id @include(if: false) } } }',
      ],
    ])('counts the values while they are resolved (%s)', async (_how, query) => {
      const over = { status: 200, code: 'RESOURCE_EXHAUSTED', reason: 'QUERY_TOO_COSTLY' };
      for (let times = 0; times < 3; times += 1) {
        const [below, above] = [
          await sendDense(query, { ids: ids(47) }),
          await sendDense(query, { ids: ids(48) }),
        ];
        expect([below.code, below.body.match(/"id"/g)?.length]).toStrictEqual(['OK', 47 * 20 * 20]);
        expect(above).toMatchObject(over);
        const { data, errors } = JSON.parse(above.body);
        expect([data, errors.length]).toStrictEqual([null, 1]);
      }
    });

    test('an answer over the limit to a mutation states that the writes were made', async () => {
      const mutation = (fields: string) =>
        `mutation { updateSkill(id: "skill-0", etag: "*", patch: { name: "New" }) { ${fields} } }`;
      const { reason, body } = await sendDense(
        mutation('related { related { related { id name summary } } }'),
      );
      expect([reason, body]).toStrictEqual([
        'QUERY_TOO_COSTLY',
        expect.stringContaining('The writes were made'),
      ]);
      expect((await sendDense('{ skill(id: "skill-0") { name } }')).body).toContain('New');
    });
  });

  describe('the limit on bytes:', () => {
    let large: Served;
    beforeAll(async () => {
      large = await serveMap(['graphql'], { seed: LARGE });
    });
    afterAll(() => large.stop());
    const sendLarge = (query: string) => question(query)(large);

    test.each([
      ['a nested page', '{ category(id: "tools") { skills(first: 200) { nodes { aliases } } } }'],
      [
        'a nested page in fragments',
        '{ category(id: "tools") { ...a } } fragment a on Category { skills(first: 200) { nodes { ... { aliases } } } }',
      ],
      [
        'fields under another name',
        '{ skills(first: 40) { nodes { a: aliases b: aliases c: aliases d: aliases } } }',
      ],
      ['references', '{ skills(first: 80) { nodes { aliases related { aliases } } } }'],
      ['edges and nodes', '{ skills(first: 80) { nodes { aliases } edges { node { aliases } } } }'],
      [
        'several root fields',
        `{ ${repeat(4, (index) => `p${index}: skills(first: 40) { nodes { aliases } }`)} }`,
      ],
    ])('%s over it are rejected, interpreted and compiled', async (_what, query) => {
      for (let time = 0; time < 3; time += 1) {
        const { body, ...rest } = await sendLarge(query);
        expect(rest).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'ANSWER_TOO_LARGE' });
        expect(body.length).toBeLessThan(1000);
      }
    });

    test.each([
      ['nested pages', '{ category(id: "tools") { skills(first: 80) { nodes { aliases } } } }'],
      ['edges with cursors', '{ skills(first: 200) { edges { cursor node { nodeId id name aliases } } } }'],
    ])('%s below it pass', async (_what, query) => {
      for (let time = 0; time < 3; time += 1) {
        const { body, code } = await sendLarge(query);
        expect(code).toBe('OK');
        expect(body.length).toBeGreaterThan(LIMITS.answerBytesMax / 2);
        expect(body.length).toBeLessThan(LIMITS.answerBytesMax);
      }
    });

    test('the names in the response count', async () => {
      const name = 'a'.repeat(LIMITS.graphqlNameCharsMax - 2);
      const names = repeat(LIMITS.graphqlAliasesMax, (index) => `${name}${10 + index}: etag`);
      const query = `{ skills(first: 200) { nodes { aliases ${names} } } }`;
      expect(await sendLarge(query)).toMatchObject({ reason: 'ANSWER_TOO_LARGE' });
      expect((await sendLarge(query.replace(names, ''))).code).toBe('OK');
    });

    test('a name that is too long is rejected', async () => {
      const name = 'a'.repeat(LIMITS.graphqlNameCharsMax);
      expect((await send(`{ ${name}: __typename }`)).code).toBe('OK');
      for (const query of [
        `{ ${name}a: __typename }`,
        `query ${name}a { __typename }`,
        `{ skill(${name}a: 1) { id } }`,
        `query ($${name}a: Int) { __typename }`,
      ]) {
        expect(await send(query)).toMatchObject({ status: 400, reason: 'NAME_TOO_LONG' });
      }
    });
  });

  describe('the limits on fields:', () => {
    test(`accepts ${LIMITS.graphqlFieldsMax} fields and rejects one more`, async () => {
      const children = repeat(19, 'children { id name summary position }');
      const most = `${repeat(5, (index) => `c${index}: category(id: "tools") { ${children} }`)} ${repeat(20, '__typename')}`;
      expect((await send(`{ ${most} }`)).code).toBe('OK');
      expect(await send(`{ ${most} one: __typename }`)).toMatchObject(TOO_MANY_FIELDS);
    });

    test(`accepts a field ${LIMITS.graphqlRepeatsMax} times in a selection and rejects one more`, async () => {
      const repeated = (times: number) => `{ skill(id: "git") { ${repeat(times, 'requires { id }')} } }`;
      expect((await send(repeated(LIMITS.graphqlRepeatsMax))).code).toBe('OK');
      const { body, ...rest } = await send(repeated(LIMITS.graphqlRepeatsMax + 1));
      expect(rest).toMatchObject(TOO_MANY_FIELDS);
      expect(JSON.parse(body).errors).toHaveLength(1);
    });

    test('counts repetitions below repeated fields and in fragments', async () => {
      const nested = `{ skill(id: "git") { ${repeat(7, `requires { ${repeat(3, 'id')} }`)} } }`;
      expect(await send(nested)).toMatchObject(TOO_MANY_FIELDS);
      const spread = `{ skill(id: "git") { ${repeat(21, '...a')} } } fragment a on Skill { id }`;
      expect(await send(spread)).toMatchObject(TOO_MANY_FIELDS);
      const exponential = repeat(
        20,
        (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`,
      );
      expect(
        await send(`{ ...f0 } ${exponential} fragment f20 on Query { categories { id } }`),
      ).toMatchObject(TOO_MANY_FIELDS);
    });

    test('rejects a selection with over 100 fields, also of a schema that it does not fit', async () => {
      expect(await send(`{ ${repeat(101, (index) => `field${index}`)} }`)).toMatchObject(TOO_MANY_FIELDS);
    });

    test('a fragment that spreads itself is an error of validation', async () => {
      const { reason } = await send('{ skill(id: "git") { ...a } } fragment a on Skill { id ...a }');
      expect(reason).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });

  describe('errors about one request are at most 20, and a note that there are more:', () => {
    const MOST = LIMITS.graphqlErrorsMax + 1;

    test.each([
      [
        'variables',
        'query ($ids: [ID!]!) { skillsById(ids: $ids) { missingIds } }',
        { ids: Array(4000).fill(null) },
        'BAD_USER_INPUT',
      ],
      [
        'validation',
        `{ skill(id: "git") { ${repeat(90, (index) => `field${index}`)} } }`,
        undefined,
        'GRAPHQL_VALIDATION_FAILED',
      ],
    ])('%s', async (_what, query, variables, reason) => {
      const { body, ...response } = await send(query, variables);
      expect(response).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT', reason });
      const { errors } = JSON.parse(body);
      expect(errors).toHaveLength(MOST);
      expect(errors.at(-1)).toMatchObject({
        message: expect.stringContaining('error limit reached'),
        extensions: { domainCode: 'INVALID_ARGUMENT', reason },
      });
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
  testNothingLogged(() => dense);
};
