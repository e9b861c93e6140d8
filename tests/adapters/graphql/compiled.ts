/** A query has the same response each time, whether graphql-js or compiled code executes it. */
import { fuzzGraphql } from '../../../tools/fuzz/differential';
import { graphql } from '../../support/raw/requests';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

export const describeCompiled = (): void => {
  const served = serveForTests(['graphql']);

  /** The response to a query that comes three times: interpreted first, and then compiled if it can be. */
  const sendThrice = async (query: string, variables?: object) => {
    const bodies: string[] = [];
    for (let time = 0; time < 3; time += 1) {
      bodies.push((await graphql(query, variables)(served())).body);
    }
    expect(new Set(bodies).size).toBe(1);
    return JSON.parse(bodies[0]!);
  };

  test('generated queries have the answers of graphql-js over other resolvers (npm run fuzz)', async () => {
    const { differences, answered } = await fuzzGraphql({ seed: 2, documents: 60 });
    expect(differences).toEqual([]);
    expect(answered).toBeGreaterThan(30);
  });

  test('a non-null variable with a default may be absent', async () => {
    const { data } = await sendThrice('query ($n: Int! = 2) { skills(first: $n) { nodes { id } } }', {});
    expect(data.skills.nodes).toHaveLength(2);
  });

  test('a field is left out with its parent, inside a fragment too', async () => {
    const { data } = await sendThrice(
      'query ($brief: Boolean!) { skill(id: "xml") { related @skip(if: $brief) { ... on Skill { name } } related { id } } }',
      { brief: true },
    );
    expect(Object.keys(data.skill.related[0])).toStrictEqual(['id']);
  });

  test('an error has the locations of the fields that were not skipped', async () => {
    const { errors } = await sendThrice(
      '{ skill(id: "nope") { id } skill(id: "nope") @skip(if: true) { name } }',
    );
    expect(errors[0].locations).toStrictEqual([{ line: 1, column: 3 }]);
  });

  test('null for the condition of a directive is an error of the client', async () => {
    const { errors } = await sendThrice(
      'query ($x: Boolean = true) { skill(id: "git") { id name @include(if: $x) } }',
      { x: null },
    );
    expect(errors).toMatchObject([
      {
        message: 'Argument "if" of non-null type "Boolean!" must not be null.',
        path: ['skill'],
        extensions: { code: 'BAD_USER_INPUT', domainCode: 'INVALID_ARGUMENT', reason: 'BAD_USER_INPUT' },
      },
    ]);
  });

  test('null for an argument is an error of its field, also where the cost depends on the argument', async () => {
    const { data, errors } = await sendThrice(
      'query ($ids: [ID!] = []) { skillsById(ids: $ids) { missingIds } skill(id: "git") { name } }',
      { ids: null },
    );
    expect(data).toStrictEqual({ skillsById: null, skill: { name: 'Git' } });
    expect(errors[0]).toMatchObject({
      message: 'Argument "ids" of non-null type "[ID!]!" must not be null.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('a subscription is an error of the client', async () => {
    const answer = await sendThrice('subscription { skill(id: "git") { id } }');
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors[0].extensions).toMatchObject({ reason: 'GRAPHQL_VALIDATION_FAILED' });
  });

  // graphql-jit 0.8 replaces a string with this beginning by `new Date(...)` in the code that it generates.
  test('a string of the document never becomes code', async () => {
    const run = jest.fn();
    Object.assign(globalThis, { run });
    const date = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';
    const { errors } = await sendThrice(`{ skill(id: "${date}0)+run(1") { id } }`);
    expect(errors[0].extensions.reason).toBe('INVALID_INPUT');
    expect(run).not.toHaveBeenCalled();
  });

  testNothingLogged(served);
};
