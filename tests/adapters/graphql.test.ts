/** The peculiarities of GraphQL: nested fields, Relay pages, nulls and partial results. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildClientSchema, buildSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { type RawRequest, sendHttp } from '../support/raw/http';
import { serveForTests, testNothingLogged } from '../support/raw/table';
import { describeAudits } from './graphql/audits';
import { describeCompiled } from './graphql/compiled';
import { describeLimits } from './graphql/limits';

const served = serveForTests(['graphql']);
const http = (target: string, request: RawRequest) => sendHttp(served().address.graphql, target, request);

// biome-ignore lint/suspicious/noExplicitAny: the type of a result depends on the query.
type Answer = any;

const execute = async (query: string, variables?: object): Promise<Answer> => {
  const { text } = await http('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${served().token}` },
    body: JSON.stringify({ query, variables }),
  });
  return JSON.parse(text);
};
const dataOf = async (query: string, variables?: object): Promise<Answer> => {
  const { data, errors } = await execute(query, variables);
  expect(errors).toBeUndefined();
  return data;
};

describe('the schema:', () => {
  const SDL = readFileSync(path.join(__dirname, '../../graphql/skills.graphql'), 'utf8');

  test('GET /schema.graphql returns it', async () => {
    const { status, headers, text } = await http('/schema.graphql', {});
    expect([status, headers['content-type'], text]).toStrictEqual([200, 'text/plain; charset=utf-8', SDL]);
  });

  test('introspection returns the same schema', async () => {
    const introspected = buildClientSchema(await dataOf(getIntrospectionQuery({ schemaDescription: true })));
    expect(printSchema(introspected)).toBe(printSchema(buildSchema(SDL)));
  });
});

describe('the graph:', () => {
  test('resolves the skills of a category and their prerequisites', async () => {
    const { category } = await dataOf(
      '{ category(id: "api-styles") { name parent { id } children { id } skills { nodes { id requires { name } } } } }',
    );
    expect(category).toStrictEqual({
      name: 'API styles',
      parent: { id: 'apis' },
      children: [],
      skills: {
        nodes: [
          { id: 'graphql', requires: [{ name: 'JSON' }] },
          { id: 'rest', requires: [{ name: 'JSON' }] },
          { id: 'rpc', requires: [] },
          { id: 'soap', requires: [{ name: 'XML' }, { name: 'RPC' }] },
        ],
      },
    });
  });

  test('resolves the categories of a skill, their parents and the children of those', async () => {
    const { skill } = await dataOf(
      '{ skill(id: "jwt") { categories { id parent { id children { id } } } related { id } } }',
    );
    expect(skill).toStrictEqual({
      categories: [
        {
          id: 'authentication',
          parent: { id: 'security', children: [{ id: 'authentication' }, { id: 'attacks' }] },
        },
        { id: 'tools', parent: null },
      ],
      related: expect.arrayContaining([{ id: 'oauth2' }, { id: 'session-authentication' }]),
    });
  });

  test('resolves the learning path of a skill', async () => {
    const { skill } = await dataOf(
      '{ skill(id: "soap") { learningPath { skills { id } edges { skillId requiresId } } } }',
    );
    const { skills, edges } = await served().service.api.getLearningPath({ id: 'soap' });
    expect(skill.learningPath).toStrictEqual({ skills: skills.map(({ id }) => ({ id })), edges });
  });
});

describe('progress:', () => {
  const SET = `mutation ($id: ID!) {
    setProgress(skillId: $id, status: LEARNED) { skillId status updateTime skill { name } }
  }`;

  test('resolves its skill, and a learning path lists the learned ids', async () => {
    const { setProgress } = await dataOf(SET, { id: 'xml' });
    expect(setProgress).toStrictEqual({
      skillId: 'xml',
      status: 'LEARNED',
      updateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      skill: { name: 'XML' },
    });
    const { progress, skill } = await dataOf(
      '{ progress { nodes { skillId status updateTime skill { name } } } skill(id: "soap") { learningPath { learnedIds } } }',
    );
    expect([progress.nodes, skill.learningPath.learnedIds]).toStrictEqual([[setProgress], ['xml']]);
  });

  test('an unknown status is rejected by the schema', async () => {
    const { errors } = await execute(
      'mutation { setProgress(skillId: "git", status: FORGOTTEN) { status } }',
    );
    expect(errors[0].extensions.reason).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('Relay object identification:', () => {
  test('node resolves a nodeId to the object that has it', async () => {
    const { skill, category } = await dataOf(
      '{ skill(id: "git") { nodeId } category(id: "tools") { nodeId } }',
    );
    const answer = await dataOf(
      'query ($skill: ID!, $category: ID!) { skill: node(nodeId: $skill) { __typename ...s } category: node(nodeId: $category) { __typename ...c } } fragment s on Skill { id etag } fragment c on Category { id position }',
      { skill: skill.nodeId, category: category.nodeId },
    );
    expect(answer).toMatchObject({
      skill: { __typename: 'Skill', id: 'git' },
      category: { __typename: 'Category', id: 'tools' },
    });
  });

  test.each([
    ['', 'INVALID_ARGUMENT'],
    ['git', 'INVALID_ARGUMENT'],
    ['U2tpbGw6', 'INVALID_ARGUMENT'],
    [Buffer.from('Skill:nothing').toString('base64url'), 'NOT_FOUND'],
    [Buffer.from('Query:git').toString('base64url'), 'INVALID_ARGUMENT'],
  ])('the nodeId "%s" is rejected with %s', async (nodeId, domainCode) => {
    const { data, errors } = await execute('query ($nodeId: ID!) { node(nodeId: $nodeId) { nodeId } }', {
      nodeId,
    });
    expect([data, errors[0].extensions.domainCode]).toStrictEqual([{ node: null }, domainCode]);
  });
});

describe('Relay connections:', () => {
  const PAGE = `query ($first: Int, $after: String) {
    skills(filter: { tag: "http" }, orderBy: NAME_DESC, first: $first, after: $after) {
      edges { cursor node { id } } nodes { id } totalSize
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const page = async (first: number, after?: string) => (await dataOf(PAGE, { first, after })).skills;
  const ids = async () => {
    const { items } = await served().service.api.listSkills({ tag: 'http', orderBy: 'NAME_DESC' });
    return items.map(({ id }) => ({ id }));
  };

  test('edges and nodes hold the same skills, and pageInfo has the cursors of the first and last edge', async () => {
    const { edges, nodes, totalSize, pageInfo } = await page(3);
    expect(edges.map(({ node }: Answer) => node)).toStrictEqual(nodes);
    expect([nodes, totalSize]).toStrictEqual([(await ids()).slice(0, 3), (await ids()).length]);
    expect(pageInfo).toStrictEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0].cursor,
      endCursor: edges[2].cursor,
    });
  });

  test('a page can start after the cursor of any edge', async () => {
    const all = await ids();
    const { edges } = await page(200);
    for (const [index, { cursor }] of edges.entries()) {
      const next = await page(2, cursor);
      expect(next.nodes).toStrictEqual(all.slice(index + 1, index + 3));
      expect(next.pageInfo.hasNextPage).toBe(index + 3 < all.length);
    }
  });

  test('the last page has an endCursor, and the page after it is empty', async () => {
    const { pageInfo, edges } = await page(200);
    expect(pageInfo).toMatchObject({ hasNextPage: false, endCursor: edges.at(-1).cursor });
    expect(await page(5, pageInfo.endCursor)).toMatchObject({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });
});

describe('nested pages:', () => {
  const PAGE = 'nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalSize';
  const skillsOf = async (page: string): Promise<Answer> =>
    (await dataOf(`{ category(id: "api-styles") { skills${page} { ${PAGE} } } }`)).category.skills;

  test('a category has its skills in pages', async () => {
    const all = await skillsOf('');
    expect(all.nodes).toStrictEqual(['graphql', 'rest', 'rpc', 'soap'].map((id) => ({ id })));
    expect(all.edges.map(({ node }: Answer) => node)).toStrictEqual(all.nodes);
    const first = await skillsOf('(first: 3)');
    expect(first).toMatchObject({ nodes: all.nodes.slice(0, 3), totalSize: 4 });
    expect(first.pageInfo).toStrictEqual({ hasNextPage: true, endCursor: first.edges[2].cursor });
    const rest = await skillsOf(`(first: 3, after: "${first.pageInfo.endCursor}")`);
    expect(rest).toMatchObject({ nodes: all.nodes.slice(3), totalSize: 4, pageInfo: { hasNextPage: false } });
    expect(await skillsOf('(first: null, after: null)')).toStrictEqual(all);
  });

  test.each([
    ['first: -1', 'first'],
    ['after: "junk"', 'after'],
  ])('%s is an error of its field', async (page, field) => {
    for (const document of [
      `{ category(id: "api-styles") { skills(${page}) { totalSize } } }`,
      `{ categories(${page}) { totalSize } }`,
    ]) {
      // Sent twice, because a document that comes again may be compiled.
      for (const { data, errors } of [await execute(document), await execute(document)]) {
        expect(Object.values(data)).toStrictEqual([null]);
        expect(errors).toHaveLength(1);
        expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', violations: [{ field }] });
      }
    }
  });

  test('categories are pages of one list', async () => {
    const page = async (text: string): Promise<Answer> =>
      (await dataOf(`{ categories${text} { ${PAGE} } }`)).categories;
    const all = await page('(first: 200)');
    expect(all.nodes).toHaveLength(all.totalSize);
    const first = await page('(first: 1)');
    const rest = await page(`(first: 200, after: "${first.edges[0].cursor}")`);
    expect([...first.nodes, ...rest.nodes]).toStrictEqual(all.nodes);
  });
});

describe('nulls:', () => {
  const CREATE = 'mutation ($skill: NewSkill!) { createSkill(skill: $skill) { id level summary tags } }';
  const UPDATE =
    'mutation ($patch: SkillPatch!) { updateSkill(id: "patched", etag: "*", patch: $patch) { name level tags } }';
  beforeAll(async () => {
    await dataOf(CREATE, { skill: { id: 'patched', name: 'Patched', categoryIds: ['tools'] } });
  });

  test('null equals an absent argument in listSkills', async () => {
    const { skills } = await dataOf(
      '{ skills(filter: null, orderBy: null, first: null, after: null) { totalSize } }',
    );
    expect(skills.totalSize).toBe((await served().service.api.listSkills({})).totalSize);
  });

  test('null is rejected in a new skill, as in the other protocols', async () => {
    const skill = { id: 'nulls', name: 'Nulls', categoryIds: ['tools'] };
    const { errors } = await execute(CREATE, { skill: { ...skill, level: null, tags: null, summary: null } });
    const fields = errors[0].extensions.violations.map(({ field }: { field: string }) => field);
    expect(fields).toStrictEqual(['skill.summary', 'skill.tags', 'skill.level']);
    expect(await dataOf(CREATE, { skill })).toStrictEqual({
      createSkill: { id: 'nulls', level: null, summary: '', tags: [] },
    });
  });

  test('in a patch, an absent level is kept and null removes it', async () => {
    expect(await dataOf(UPDATE, { patch: { level: 'ADVANCED', tags: ['a'] } })).toMatchObject({
      updateSkill: { level: 'ADVANCED' },
    });
    expect(await dataOf(UPDATE, { patch: { name: 'N' } })).toStrictEqual({
      updateSkill: { name: 'N', level: 'ADVANCED', tags: ['a'] },
    });
    expect(await dataOf(UPDATE, { patch: { level: null } })).toMatchObject({
      updateSkill: { level: null, tags: ['a'] },
    });
  });

  test('in a patch, null for any other field is rejected', async () => {
    const { errors } = await execute(UPDATE, { patch: { name: null, tags: null } });
    const fields = errors[0].extensions.violations.map(({ field }: Answer) => field);
    expect(fields).toStrictEqual(['patch.name', 'patch.tags']);
  });
});

describe('partial results:', () => {
  test('a failed root field does not affect the others', async () => {
    const { data, errors } = await execute(
      '{ git: skill(id: "git") { name } none: skill(id: "nothing") { name } }',
    );
    expect(data).toStrictEqual({ git: { name: 'Git' }, none: null });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      path: ['none'],
      extensions: { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND' },
    });
  });

  test('mutations run in order, and a failed one does not stop the following', async () => {
    const { data, errors } = await execute(`mutation {
      first: createSkill(skill: { id: "serial", name: "S", categoryIds: ["tools"] }) { id }
      again: createSkill(skill: { id: "serial", name: "S", categoryIds: ["tools"] }) { id }
      gone: deleteSkill(id: "serial", etag: "*")
    }`);
    expect(data).toStrictEqual({ first: { id: 'serial' }, again: null, gone: 'serial' });
    expect(errors.map(({ extensions }: Answer) => extensions.domainCode)).toStrictEqual(['ALREADY_EXISTS']);
  });
});

test('GET answers a query, as clients with default settings send it, and rejects a mutation', async () => {
  const get = (query: string) => http(`/graphql?query=${encodeURIComponent(query)}`, {});
  expect(await get('{ skill(id: "xss") { id } }')).toMatchObject({
    status: 200,
    text: '{"data":{"skill":{"id":"xss"}}}\n',
  });
  expect((await get('mutation { deleteSkill(id: "xss", etag: "*") }')).status).toBe(405);
  expect((await execute('{ skill(id: "xss") { id } }')).errors).toBeUndefined();
});

test('responses with data and with errors return X-Request-Id and forbid caching', async () => {
  for (const body of ['{"query":"{ categories { totalSize } }"}', '{"query":"{ nothing }"}', '{']) {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'graphql-1' };
    const answer = await http('/graphql', { method: 'POST', headers, body });
    expect(answer.headers['x-request-id']).toBe('graphql-1');
    if (body !== '{') expect(answer.headers['cache-control']).toBe('no-store');
  }
});

test.each(['/livez', '/readyz'])('GET %s reports that the server is healthy', async (target) => {
  expect(await http(target, {})).toMatchObject({ status: 200, text: '{"status":"ok"}' });
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('audits of GraphQL over HTTP', describeAudits);
describe('limits on documents', describeLimits);
describe('compiled queries', describeCompiled);

testNothingLogged(served);
