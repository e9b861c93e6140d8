/** Requests with one invalid value each, by protocol and operation, and the field that the error must name. */
import type { ProtocolName } from '../../../src/contract/protocol';
import type { Operation } from '../../../src/contract/skills-api';
import { graphql, grpc, rest, type SendRequest, soap } from '../../support/raw/requests';

export type Provocation = readonly [send: SendRequest, field: string];
type Provocations = Readonly<Record<Operation, readonly Provocation[]>>;
type Json = Readonly<Record<string, unknown>>;
type Rows = readonly (readonly [input: Json, field: string])[];

const LONG = 'x'.repeat(5000);
const many = (count: number) => Array.from({ length: count }, (_, index) => `skill-${index}`);
const NEW = { id: 'new', name: 'New', categoryIds: ['tools'] };

/** Members of a skill or a patch: the values that every protocol can carry. Fields have the names of the domain. */
const MEMBERS: Rows = [
  [{ name: '' }, 'name'],
  [{ summary: LONG }, 'summary'],
  [{ categoryIds: [] }, 'categoryIds'],
  [{ categoryIds: ['tools', 'A'] }, 'categoryIds[1]'],
  [{ categoryIds: ['none'] }, 'categoryIds[0]'],
  [{ tags: ['a', 'a'] }, 'tags'],
  [{ tags: [''] }, 'tags[0]'],
  [{ requires: ['A'] }, 'requires[0]'],
  [{ requires: ['none'] }, 'requires[0]'],
  [{ requires: many(2000) }, 'requires'],
  [{ related: ['git', 'none'] }, 'related[1]'],
  [{ aliases: many(101) }, 'aliases'],
  [{ demonstrations: [{ path: '', note: '' }] }, 'demonstrations[0].path'],
  [{ demonstrations: [{ path: 'a', note: LONG }] }, 'demonstrations[0].note'],
];
const CREATED: Rows = [
  ...MEMBERS,
  [{ id: 'A' }, 'id'],
  [{ related: ['new'] }, 'related[0]'],
  [{ requires: ['new'] }, 'requires'],
];
const PATCHED: Rows = [...MEMBERS, [{ related: ['git'] }, 'related[0]'], [{ requires: ['git'] }, 'requires']];

const snakeCase = (field: string) => field.replace('categoryIds', 'category_ids');
const BAD_KEY = 'two words';

const grpcRows = (method: string, rows: Rows): Provocation[] =>
  rows.map(([request, field]) => [grpc(method, request), field]);
const MASKS: Rows = [
  [{ id: 'git', readMask: { paths: ['id', 'colour'] } }, 'read_mask.paths[1]'],
  [{ id: 'git', readMask: { paths: ['categoryIds'] } }, 'read_mask.paths[0]'],
  [{ id: 'git', readMask: { paths: many(2000) } }, 'read_mask.paths'],
];
const GRPC_BY_ID: Rows = [[{ id: 'A' }, 'id'], ...MASKS];
const GRPC_PAGE: Rows = [
  [{ pageSize: -1 }, 'page_size'],
  [{ pageToken: 'x' }, 'page_token'],
];
const GRPC_STAR = { id: 'git', etag: '*' };

const restRows = (method: string, rows: readonly (readonly [string, string])[]): Provocation[] =>
  rows.map(([path, field]) => [rest(method, `/api${path}`), field]);
const restBodies = (method: string, path: string, rows: Rows, headers = {}): Provocation[] =>
  rows.map(([body, field]) => [
    rest(method, path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    pointer(field),
  ]);
const pointer = (field: string) => `#/${field.replace(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
const restPage = (path: string) =>
  restRows('GET', [
    [`${path}?pageSize=-1`, 'pageSize'],
    [`${path}?pageSize=x`, 'pageSize'],
    [`${path}?pageSize=1&pageSize=2`, 'pageSize'],
    [`${path}?pageToken=x`, 'pageToken'],
  ]);
const restById = (path: string, after = '') =>
  restRows('GET', [
    [`${path}/A${after}`, 'id'],
    [`${path}/git${after}?fields=id,colour`, 'fields[1]'],
  ]);
const STAR = { 'if-match': '*' };
const KEY = { 'idempotency-key': BAD_KEY };
const GIT = '/api/skills/git';

const graphqlRows = (document: string, rows: Rows): Provocation[] =>
  rows.map(([variables, field]) => [graphql(document, variables), field]);
const GRAPHQL_PAGE: Rows = [
  [{ first: -1 }, 'first'],
  [{ after: 'x' }, 'after'],
];
const under = (parent: string, rows: Rows, base: Json = {}, beside: Json = {}): Rows =>
  rows.map(([members, field]) => [{ ...beside, [parent]: { ...base, ...members } }, `${parent}.${field}`]);

const soapRows = (element: string, rows: readonly (readonly [string, string])[]): Provocation[] =>
  rows.map(([content, field]) => [soap(`<${element}>${content}</${element}>`), field]);
const soapPage = (element: string) =>
  soapRows(element, [
    ['<pageSize>-1</pageSize>', 'pageSize'],
    ['<pageToken>x</pageToken>', 'pageToken'],
    ['<fields><item>id</item><item>colour</item></fields>', 'fields[1]'],
  ]);
const soapById = (element: string) =>
  soapRows(element, [
    ['<id>A</id>', 'id'],
    ['<id>git</id><fields><item>colour</item></fields>', 'fields[0]'],
  ]);

export const PROVOCATIONS = {
  rest: {
    listCategories: [...restPage('/categories'), ...restRows('GET', [['/categories?fields=x', 'fields[0]']])],
    getCategory: restById('/categories'),
    getSkill: restById('/skills'),
    listSkills: [
      ...restPage('/skills'),
      ...restRows('GET', [
        ['/skills?category=A', 'category'],
        [`/skills?tag=${LONG}`, 'tag'],
        [`/skills?q=${LONG}`, 'q'],
        ['/skills?q=a&q=b', 'q'],
        ['/skills?orderBy=bogus', 'orderBy'],
        ['/skills?orderBy=NAME_DESC', 'orderBy'],
        ['/skills?fields=id,colour', 'fields[1]'],
      ]),
    ],
    batchGetSkills: restRows('GET', [
      ['/skills:batchGet', 'ids'],
      ['/skills:batchGet?ids=git&ids=A', 'ids[1]'],
      ['/skills:batchGet?ids=git&fields=colour', 'fields[0]'],
    ]),
    getLearningPath: restById('/skills', '/learning-path'),
    createSkill: [
      ...restBodies(
        'POST',
        '/api/skills',
        CREATED.map(([body, field]) => [{ ...NEW, ...body }, field]),
      ),
      ...restBodies('POST', '/api/skills', [[{ ...NEW, level: 'EXPERT' }, 'level']]),
      [rest('POST', '/api/skills', '[]'), '#'],
      [rest('POST', '/api/skills', '{}', { 'content-type': 'application/json', ...KEY }), 'Idempotency-Key'],
    ],
    updateSkill: [
      ...restBodies('PATCH', GIT, [...PATCHED, [{ level: 'EXPERT' }, 'level']], STAR),
      [rest('PATCH', '/api/skills/A', '{}', { 'content-type': 'application/json', ...STAR }), 'id'],
      [rest('PATCH', GIT, '{}'), 'If-Match'],
      [rest('PATCH', GIT, '{}', { 'content-type': 'application/json', 'if-match': 'x' }), 'If-Match'],
      [rest('PATCH', GIT, '{}', { 'content-type': 'application/json', ...KEY }), 'Idempotency-Key'],
    ],
    deleteSkill: [
      [rest('DELETE', '/api/skills/A', undefined, STAR), 'id'],
      [rest('DELETE', GIT), 'If-Match'],
      [rest('DELETE', GIT, undefined, { 'if-match': 'x' }), 'If-Match'],
      [rest('DELETE', GIT, undefined, KEY), 'Idempotency-Key'],
    ],
    setProgress: [
      [rest('PUT', '/api/progress/A', '{"status":"LEARNED"}'), 'skillId'],
      [rest('PUT', '/api/progress/git', '{"skillId":"git","status":"LEARNED"}'), 'skillId'],
      ...restBodies('PUT', '/api/progress/git', [[{ status: 'x' }, 'status']]),
    ],
    listProgress: restPage('/progress'),
  },
  graphql: {
    listCategories: graphqlRows(
      'query ($first: Int, $after: String) { categories(first: $first, after: $after) { totalSize } }',
      GRAPHQL_PAGE,
    ),
    getCategory: graphqlRows('query ($id: ID!) { category(id: $id) { id } }', [[{ id: 'A' }, 'id']]),
    getSkill: graphqlRows('query ($id: ID!) { skill(id: $id) { id } }', [[{ id: 'A' }, 'id']]),
    listSkills: graphqlRows(
      'query ($filter: SkillFilter, $first: Int, $after: String) { skills(filter: $filter, first: $first, after: $after) { totalSize } }',
      [
        ...GRAPHQL_PAGE,
        [{ filter: { category: 'A' } }, 'filter.category'],
        [{ filter: { tag: LONG } }, 'filter.tag'],
        [{ filter: { text: LONG } }, 'filter.text'],
      ],
    ),
    batchGetSkills: graphqlRows('query ($ids: [ID!]!) { skillsById(ids: $ids) { missingIds } }', [
      [{ ids: [] }, 'ids'],
      [{ ids: ['A'] }, 'ids[0]'],
    ]),
    getLearningPath: [],
    createSkill: graphqlRows(
      'mutation ($skill: NewSkill!, $key: String) { createSkill(skill: $skill, idempotencyKey: $key) { id } }',
      [...under('skill', CREATED, NEW), [{ skill: NEW, key: BAD_KEY }, 'idempotencyKey']],
    ),
    updateSkill: graphqlRows(
      'mutation ($id: ID!, $etag: String, $patch: SkillPatch!) { updateSkill(id: $id, etag: $etag, patch: $patch) { id } }',
      [
        ...under('patch', PATCHED, {}, GRPC_STAR),
        [{ id: 'A', patch: {} }, 'id'],
        [{ id: 'git', patch: {} }, 'etag'],
      ],
    ),
    deleteSkill: graphqlRows('mutation ($id: ID!, $etag: String) { deleteSkill(id: $id, etag: $etag) }', [
      [{ id: 'A', etag: '*' }, 'id'],
      [{ id: 'git' }, 'etag'],
      [{ id: 'git', etag: '"' }, 'etag'],
    ]),
    setProgress: graphqlRows(
      'mutation ($skillId: ID!) { setProgress(skillId: $skillId, status: LEARNED) { status } }',
      [[{ skillId: 'A' }, 'skillId']],
    ),
    listProgress: graphqlRows(
      'query ($first: Int, $after: String) { progress(first: $first, after: $after) { totalSize } }',
      GRAPHQL_PAGE,
    ),
  },
  grpc: {
    listCategories: grpcRows('ListCategories', [...GRPC_PAGE, ...MASKS]),
    getCategory: grpcRows('GetCategory', GRPC_BY_ID),
    getSkill: grpcRows('GetSkill', GRPC_BY_ID),
    listSkills: grpcRows('ListSkills', [
      [{ category: 'A' }, 'category'],
      [{ tag: LONG }, 'tag'],
      [{ text: LONG }, 'text'],
      [{ text: '\u0001' }, 'text'],
      [{ orderBy: 'bogus' }, 'order_by'],
      [{ orderBy: 'NAME_DESC' }, 'order_by'],
      [{ orderBy: 'updateTime' }, 'order_by'],
      ...GRPC_PAGE,
      ...MASKS,
    ]),
    batchGetSkills: grpcRows('BatchGetSkills', [
      [{}, 'ids'],
      [{ ids: many(101) }, 'ids'],
      [{ ids: ['git', 'A'] }, 'ids[1]'],
      ...MASKS.map(([{ readMask }, field]) => [{ ids: ['git'], readMask }, field] as const),
    ]),
    getLearningPath: grpcRows('GetLearningPath', GRPC_BY_ID),
    createSkill: grpcRows('CreateSkill', [
      [{}, 'skill'],
      ...under('skill', CREATED, NEW),
      [{ skill: { ...NEW, level: 99 } }, 'skill.level'],
      [{ skill: NEW, requestId: BAD_KEY }, 'request_id'],
    ]).map(([send, field]) => [send, snakeCase(field)]),
    updateSkill: grpcRows('UpdateSkill', [
      [{ ...GRPC_STAR, id: 'A', patch: {} }, 'id'],
      [{ id: 'git', patch: {} }, 'etag'],
      [{ id: 'git', etag: '"', patch: {} }, 'etag'],
      [GRPC_STAR, 'patch'],
      ...under('patch', PATCHED, {}, GRPC_STAR).filter(([, field]) => field !== 'patch.categoryIds'),
      [{ ...GRPC_STAR, patch: {}, updateMask: { paths: ['category_ids'] } }, 'patch.categoryIds'],
      [{ ...GRPC_STAR, patch: { level: 99 } }, 'patch.level'],
      [{ ...GRPC_STAR, updateMask: { paths: ['tags', 'colour'] } }, 'update_mask.paths[1]'],
      [{ ...GRPC_STAR, updateMask: { paths: ['categoryIds'] } }, 'update_mask.paths[0]'],
      [{ ...GRPC_STAR, patch: {}, requestId: BAD_KEY }, 'request_id'],
    ]).map(([send, field]) => [send, snakeCase(field)]),
    deleteSkill: grpcRows('DeleteSkill', [
      [{ id: 'A', etag: '*' }, 'id'],
      [{ id: 'git' }, 'etag'],
      [{ id: 'git', etag: 'two words' }, 'etag'],
      [{ ...GRPC_STAR, requestId: BAD_KEY }, 'request_id'],
    ]),
    setProgress: grpcRows('SetProgress', [
      [{ skillId: 'A', status: 1 }, 'skill_id'],
      [{ skillId: 'git' }, 'status'],
      [{ skillId: 'git', status: 99 }, 'status'],
      [{ skillId: 'git', status: 1, requestId: BAD_KEY }, 'request_id'],
    ]),
    listProgress: grpcRows('ListProgress', GRPC_PAGE),
  },
  soap: {
    listCategories: soapPage('ListCategories'),
    getCategory: soapById('GetCategory'),
    getSkill: soapById('GetSkill'),
    listSkills: [
      ...soapPage('ListSkills'),
      ...soapRows('ListSkills', [
        ['<category>A</category>', 'category'],
        [`<tag>${LONG}</tag>`, 'tag'],
        [`<text>${LONG}</text>`, 'text'],
        ['<orderBy>name desc</orderBy>', 'orderBy'],
      ]),
    ],
    batchGetSkills: soapRows('BatchGetSkills', [
      ['<ids/>', 'ids'],
      ['<ids><item>A</item></ids>', 'ids[0]'],
    ]),
    getLearningPath: soapById('GetLearningPath'),
    createSkill: soapRows('CreateSkill', [
      ['', 'skill'],
      [
        '<skill><id>new</id><name>New</name><categoryIds><item>A</item></categoryIds></skill>',
        'skill.categoryIds[0]',
      ],
    ]),
    updateSkill: soapRows('UpdateSkill', [
      ['<id>git</id><patch/>', 'etag'],
      ['<id>git</id><etag>*</etag><patch><level>EXPERT</level></patch>', 'patch.level'],
    ]),
    deleteSkill: soapRows('DeleteSkill', [['<id>git</id>', 'etag']]),
    setProgress: soapRows('SetProgress', [
      ['<skillId>A</skillId><status>LEARNED</status>', 'skillId'],
      ['<skillId>git</skillId><status>x</status>', 'status'],
    ]),
    listProgress: soapRows('ListProgress', [['<pageSize>-1</pageSize>', 'pageSize']]),
  },
} as const satisfies Record<ProtocolName, Provocations>;
