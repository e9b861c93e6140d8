/** Prototype pollution: names of members of every JavaScript object, as members, parameters and elements. */
import { isDeepStrictEqual } from 'node:util';
import { SKILL_FIELDS } from '../../../src/contract/model';
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { frame, proto } from '../../../tests/support/raw/grpc';
import { envelope } from '../../../tests/support/raw/requests';
import { type Attack, Findings, type Run, type Target } from '../attack';
import type { WireRequest } from '../http1';
import { acceptsAny, requestAttack, send } from '../request-attack';
import { requestOf, SOAP_TYPE } from '../requests';
import { grpcCall } from './size';

const get = (path: string): WireRequest => ({ method: 'GET', path, headers: {} });

const POLLUTION = '{"polluted":"yes","name":"polluted","pageSize":1,"level":"BEGINNER","code":"polluted"}';
const MEMBERS = `"__proto__":${POLLUTION},"constructor":{"prototype":${POLLUTION}},"prototype":${POLLUTION}`;
const QUERIES = [
  '__proto__[polluted]=yes',
  '__proto__.polluted=yes',
  'constructor[prototype][polluted]=yes',
  '__proto__=yes',
  'constructor=yes',
  '__proto__[]=yes&__proto__[pageSize]=1',
];

const posted = (path: string, method: string, text: string, headers = {}): WireRequest => ({
  method,
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(text),
});
const query = (text: string, more = ''): WireRequest =>
  posted('/graphql', 'POST', `{"query":${JSON.stringify(text)}${more}}`);

const SELECTED = '{ __proto__: categories { nodes { constructor: id __proto__: name toString: summary } } }';

const polluting = {
  rest: () => [
    posted('/api/skills', 'POST', `{${MEMBERS},"id":"polluted","categoryIds":["tools"]}`),
    posted(
      '/api/skills',
      'POST',
      `{"id":"polluted","categoryIds":["tools"],"demonstrations":[{${MEMBERS}}]}`,
    ),
    posted('/api/skills', 'POST', `[{${MEMBERS}}]`),
    posted('/api/skills/git', 'PATCH', `{${MEMBERS}}`, { 'if-match': '"none"' }),
    posted('/api/progress/git', 'PUT', `{${MEMBERS}}`),
    ...QUERIES.flatMap((search) => [
      get(`/api/skills?${search}`),
      get(`/api/skills:batchGet?ids=git&${search}`),
    ]),
    get('/api/skills/__proto__'),
    get('/api/skills/constructor'),
    get('/api/categories/hasOwnProperty'),
  ],
  graphql: () => [
    query(SELECTED),
    query('{ skill(id: "git") { id } }', `,${MEMBERS}`),
    query('query ($skill: NewSkill!) { __typename }', `,"variables":{${MEMBERS}}`),
    query(
      'mutation ($skill: NewSkill!) { createSkill(skill: $skill) { id } }',
      `,"variables":{"skill":{${MEMBERS},"id":"polluted","categoryIds":["tools"]}}`,
    ),
    query(
      'mutation { createSkill(skill: {__proto__: {name: "x"}, id: "polluted", categoryIds: ["tools"]}) { id } }',
    ),
    query('query a { __typename }', ',"operationName":"__proto__"'),
    query('query ($__proto__: ID!) { skill(id: $__proto__) { id } }', ',"variables":{"__proto__":"git"}'),
    query('query constructor($constructor: Int) { skills(first: $constructor) { nodes { id } } }'),
    query('{ __typename }', `,"extensions":{${MEMBERS},"persistedQuery":{${MEMBERS}}}`),
    ...QUERIES.map((search) => get(`/graphql?query=%7B__typename%7D&${search}`)),
    get('/graphql?query=%7B__typename%7D&variables=%7B%22__proto__%22%3A%7B%22polluted%22%3A1%7D%7D'),
  ],
  grpc: () => {
    const paths = ['__proto__', '__proto__.polluted', 'constructor.prototype.polluted', 'toString'];
    const update = { id: 'git', etag: 'none', patch: { name: 'x' } };
    return [
      ...paths.flatMap((path) => [
        grpcCall(
          'GetSkill',
          frame(proto('GetSkillRequest').serialize({ id: 'git', readMask: { paths: [path] } })),
        ),
        grpcCall(
          'UpdateSkill',
          frame(proto('UpdateSkillRequest').serialize({ ...update, updateMask: { paths: [path] } })),
        ),
        grpcCall('GetSkill', frame(proto('GetSkillRequest').serialize({ id: path }))),
        grpcCall(path, frame(Buffer.alloc(0))),
      ]),
      grpcCall('ListSkills', frame(proto('ListSkillsRequest').serialize({ orderBy: '__proto__' }))),
      grpcCall('GetSkill', frame(proto('GetSkillRequest').serialize({ id: 'git' })), {
        __proto__: null,
        'x-__proto__': 'yes',
        constructor: 'yes',
      }),
    ];
  },
  soap: () => {
    const inner = '<polluted>yes</polluted><name>polluted</name><pageSize>1</pageSize>';
    const elements = `<__proto__>${inner}</__proto__><constructor><prototype>${inner}</prototype></constructor>`;
    return [
      envelope(`<GetSkill><id>git</id>${elements}</GetSkill>`),
      envelope(
        `<CreateSkill><skill>${elements}<id>polluted</id><categoryIds><item>tools</item></categoryIds></skill></CreateSkill>`,
      ),
      envelope(
        `<CreateSkill><skill><id>polluted</id><categoryIds>${elements}</categoryIds></skill></CreateSkill>`,
      ),
      envelope(elements),
      envelope('<constructor/>'),
      envelope('<toString/>'),
      envelope(`<GetSkill __proto__="yes" constructor="yes"><id>git</id></GetSkill>`),
      envelope('<GetSkill><id>git</id></GetSkill>', `<e:Header>${elements}</e:Header>`),
      envelope(
        `<__proto__:GetSkill xmlns:__proto__="urn:api-rosetta:skills:v1"><id>git</id></__proto__:GetSkill>`,
      ),
      envelope('<GetSkill><id>__proto__</id></GetSkill>'),
      envelope('<ListSkills><orderBy>__proto__</orderBy></ListSkills>'),
      `<__proto__>${inner}</__proto__>`,
    ].map((text) => ({ method: 'POST', path: '/soap', headers: SOAP_TYPE, body: Buffer.from(text) }));
  },
} as const satisfies Record<ProtocolName, () => WireRequest[]>;

/** A page of 20 skills is longer; a page of one skill, which a polluted page size would cause, is shorter. */
const PAGE_CHARS_MIN = 500;

const countOf = (text: string, part: string): number => text.split(part).length - 1;

/** Checks that a repeated document, which the server compiles, has the same result. */
const checkCompiledQuery = async (target: Target, findings: Findings): Promise<void> => {
  const texts = [];
  for (let again = 0; again < 3; again++) texts.push((await send(target, 'graphql', query(SELECTED))).text);
  const members = texts.map((text) => countOf(text, '"__proto__":'));
  if (!(members[0]! > 10) || new Set(texts).size > 1)
    findings.fail(`the alias __proto__ occurs ${members.join(', ')} times`);
};

/** Checks later responses to any client: they would show members that pollution added to every object. */
const checkLaterResponses = async (target: Target, token: string, findings: Findings): Promise<void> => {
  const requestInput = { token, operation: 'getSkill' } as const;
  const { text } = await send(target, 'rest', requestOf('rest', { ...requestInput, input: { id: 'git' } }));
  const known = SKILL_FIELDS.filter((name) => name in JSON.parse(text));
  if (!isDeepStrictEqual(Object.keys(JSON.parse(text)), known)) findings.fail(`git is now ${text}`);
  for (const protocol of PROTOCOL_NAMES) {
    const fine = await send(target, protocol, requestOf(protocol, { ...requestInput, input: { id: 'git' } }));
    const none = await send(
      target,
      protocol,
      requestOf(protocol, { ...requestInput, input: { id: 'nothing' } }),
    );
    const list = requestOf(protocol, { token, operation: 'listSkills', input: {} });
    const page = await send(target, protocol, list);
    // With a polluted prototype, the missing name would be present.
    const skill = { id: 'polluted', categoryIds: ['tools'] };
    const nameless = requestOf(protocol, { token, operation: 'createSkill', input: { skill } });
    const rejection = await send(target, protocol, nameless);
    if (fine.code !== 'OK' || none.code !== 'NOT_FOUND')
      findings.fail(`${protocol} reports ${fine.code}, ${none.code}`);
    if (rejection.code !== 'INVALID_ARGUMENT') findings.fail(`${protocol} creates a skill without a name`);
    if (page.code !== 'OK' || page.text.length < PAGE_CHARS_MIN)
      findings.fail(`a page of ${protocol} is ${page.text}`);
    if ([fine, none, page].some((response) => response.text.includes('polluted')))
      findings.fail(`${protocol} is polluted`);
  }
};

const pollute =
  (protocol: ProtocolName): Run =>
  async (target, size) => {
    // Three times, because the server compiles repeated GraphQL documents.
    const { observed, failures } = await requestAttack(
      protocol,
      polluting[protocol],
      acceptsAny,
    )(target, { ...size, times: 3 });
    const findings = new Findings();
    await checkLaterResponses(target, await target.tokenOf(`polluted-${protocol}`), findings);
    if (protocol === 'graphql') await checkCompiledQuery(target, findings);
    const { failures: polluted } = findings.finding();
    const later = `later responses are ${polluted.length === 0 ? 'correct' : 'polluted'}`;
    return { observed: `${observed}; ${later}`, failures: [...failures, ...polluted] };
  };

export const prototypePollution: Attack = {
  name: 'prototype pollution',
  description:
    '__proto__, constructor.prototype and others as members, parameters, variables, aliases, elements and attributes; in gRPC in masks, methods and metadata, because protobuf fields have numbers',
  on: { rest: pollute('rest'), graphql: pollute('graphql'), grpc: pollute('grpc'), soap: pollute('soap') },
};
