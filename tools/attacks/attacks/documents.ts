/** Documents that expand when they are processed: GraphQL aliases and fragments, XML entities. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIMITS } from '../../../src/contract/limits';
import { envelope } from '../../../tests/support/raw/requests';
import type { Attack, Run } from '../attack';
import type { WireRequest } from '../http1';
import { type Judge, rejectsWith, requestAttack } from '../request-attack';
import { SOAP_TYPE } from '../requests';

const ONLY_GRAPHQL = 'It has no query language.';

const document = (query: string): WireRequest => ({
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ query })),
});

const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const rejected = rejectsWith('INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED');
/** A catalogue with fewer relations has a result within the limits. */
const rejectedOrSmall: Judge = (response) =>
  response.code === 'OK' && response.text.length <= LIMITS.answerBytesMax ? undefined : rejected(response);

const graphqlAttack = (
  name: string,
  description: string,
  queries: readonly string[],
  judge: Judge = rejected,
): Attack => ({
  name,
  description,
  on: {
    rest: ONLY_GRAPHQL,
    graphql: requestAttack('graphql', () => queries.map(document), judge),
    grpc: ONLY_GRAPHQL,
    soap: ONLY_GRAPHQL,
  },
});

export const graphqlAliases = graphqlAttack(
  'GraphQL: 10,000 aliases',
  'One field under 10,000 aliases; under as many as the token limit permits; one field of a skill 500 times',
  [
    `{ ${many(10_000, (index) => `a${index}: categories { totalSize }`)} }`,
    `{ ${many(300, (index) => `a${index}: categories { totalSize }`)} }`,
    `{ ${many(100, (index) => `a${index}: skills(first: 200) { nodes { learningPath { skills { name } } } }`)} }`,
    `{ skill(id: "git") { ${many(500, (index) => `a${index}: name`)} } }`,
  ],
);

export const graphqlDepth = graphqlAttack(
  'GraphQL: 1,000 deep',
  '1,000 levels, 40 levels, levels hidden in fragments, circular fragments, introspection nested 20 times',
  [
    `{ category(id: "tools") ${'{ parent '.repeat(1000)}{ id }${'}'.repeat(1000)} }`,
    `{ category(id: "tools") { ${'parent { '.repeat(40)} id ${'}'.repeat(40)} } }`,
    `{ category(id: "tools") { ...f0 } } ${many(40, (index) => `fragment f${index} on Category { parent { ...f${index + 1} } }`)} fragment f40 on Category { id }`,
    '{ category(id: "tools") { ...a } } fragment a on Category { parent { ...b } } fragment b on Category { parent { ...a } }',
    `{ __schema { types { ${'fields { type { '.repeat(20)} name ${'} }'.repeat(20)} } } }`,
  ],
);

const related = (fields: string): string =>
  `{ skills(first: 200) { nodes { ${'related { '.repeat(5)}${fields}${' }'.repeat(5)} } } }`;

export const graphqlCost = graphqlAttack(
  'GraphQL: a costly result',
  'Lists in lists of skills: too many values by the estimate, and by the count; fragments that double 30 times',
  [
    related('id name summary level tags aliases etag createTime updateTime categoryIds'),
    related('id name summary level'),
    `{ ...f0 } ${many(30, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`)} fragment f30 on Query { skills(first: 200) { nodes { requires { related { learningPath { skills { name } } } } } } }`,
  ],
  rejectedOrSmall,
);

const NO_XML = 'It does not parse XML.';
const GET = '<GetSkill><id>&x;</id></GetSkill>';
const referring = envelope(GET).replace(/^<\?xml.*?\?>/, '');

const LOLS = many(30, (index) => `<!ENTITY ${index ? `l${index}` : 'x'} "${`&l${index + 1};`.repeat(10)}">`);
const QUADRATIC = `<!ENTITY y "${'y'.repeat(50_000)}">`;

const entityBombs = (canary: string): string[] => [
  `<!DOCTYPE l [${LOLS}<!ENTITY l30 "lol">]>${referring}`,
  `<!DOCTYPE l [${QUADRATIC}]>${envelope(`<GetSkill><id>${'&y;'.repeat(50_000)}</id></GetSkill>`).replace(/^<\?xml.*?\?>/, '')}`,
  `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>${referring}`,
  `<!DOCTYPE l [<!ENTITY x SYSTEM "${canary}">]>${referring}`,
  `<!DOCTYPE l [<!ENTITY % p SYSTEM "${canary}"> %p;]>${referring}`,
  `<!DOCTYPE l SYSTEM "${canary}">${referring}`,
  `<?xml-stylesheet href="${canary}"?>${referring}`,
  envelope(
    `<GetSkill><id><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="${canary}" parse="text"/></id></GetSkill>`,
  ),
  envelope(GET),
];

/** Serves the target of external entities and fails if the server under attack fetches it. */
const sendEntityBombs: Run = async (target, size) => {
  let visits = 0;
  const server = createServer((_request, response) => {
    visits++;
    response.end('visited');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const canary = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const requests = entityBombs(canary).map((text) => ({
    method: 'POST',
    path: '/soap',
    headers: SOAP_TYPE,
    body: Buffer.from(text),
  }));
  const judge = rejectsWith('INVALID_ARGUMENT');
  const isExpanded = (text: string) => /root:|visited/.test(text);
  const finding = await requestAttack(
    'soap',
    () => requests,
    (response) => (isExpanded(response.text) ? 'returned the contents of an entity' : judge(response)),
  )(target, size);
  server.close();
  return visits === 0
    ? finding
    : { ...finding, failures: [...finding.failures, `an entity was fetched ${visits} times`] };
};

export const entityBomb: Attack = {
  name: 'entity bomb',
  description:
    'Billion laughs, 2.5 GB by repetition, external entities in files and on a local server, XInclude',
  on: { rest: NO_XML, graphql: NO_XML, grpc: NO_XML, soap: sendEntityBombs },
};
