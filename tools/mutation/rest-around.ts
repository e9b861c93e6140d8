/** REST, around the codec: the headers of HTTP that carry a part of the contract, and problem documents. */
import { adapter, badInput, change, facts, forms, type Mutant, names, wire, wires } from './mutant';
import { REST_CALLERS } from './rest-callers';

const headers = change('src/adapters/rest/context.ts');
const server = change('src/adapters/rest/server.ts');
const HTTP: readonly Mutant[] = [
  headers(
    'XML has the entity tag of JSON',
    '$' + "{format === 'xml' ? '.xml' : ''}",
    '',
    adapter('rest.test', 'XML and JSON of one skill have tags of their own'),
  ),
  headers(
    'a weak tag matches',
    "(tag[1] ?? '') + tag[2]",
    'tag[2]',
    adapter('rest.test', 'a weak one never matches'),
  ),
  headers(
    'If-Match is sent without quotes',
    "'*' ? '*' : encodeEtag(etag, format)",
    "'*' ? '*' : etag",
    facts('rest: updateSkill takes an etag that was read by direct'),
  ),
  headers(
    'If-None-Match is answered the wrong way round',
    ".replace(/^W\\//, '') === etag",
    ".replace(/^W\\//, '') !== etag",
    adapter('rest.test', 'If-None-Match'),
  ),
  headers(
    'XML is never preferred',
    "preferred === 'application/xml' ? 'xml' : 'json'",
    "'json'",
    adapter('rest.test', 'XML says what JSON says: /api/skills/rest'),
  ),
  server(
    'a skill goes without its ETag',
    'const headers = request.query.fields ? undefined : etagHeader(skill, request);',
    'const headers = undefined as { ETag: string } | undefined;',
    wire('getSkill'),
  ),
  server('a new skill goes without its Location', 'Location: `', 'Place: `', wire('createSkill')),
  server(
    'a page goes without its Link',
    'headers: nextLink(page, request)',
    'headers: {}',
    wire('listSkills'),
  ),
  server(
    'any content type is read as JSON',
    'if (request.is(JSON_TYPES)) return',
    'if (request) return',
    badInput('a wrong content type: rest'),
  ),
  server(
    'a body may have any size',
    'limit: LIMITS.bodyBytesMax, type: JSON_TYPES',
    "limit: '1gb', type: JSON_TYPES",
    badInput('a body over 1 MiB: rest'),
  ),
  server(
    'a wrong method is called a wrong path',
    'refuseOtherMethods(app, path);\n  app',
    'Object(path);\n  app',
    badInput('a wrong HTTP method: rest'),
  ),
  server(
    'the request id does not come back with an answer',
    'Object.assign(answerHeaders(request), headers)',
    '{ ...headers }',
    adapter('rest.test', 'X-Request-Id: goes back from /api/skills/git'),
  ),
  server(
    'the request id does not come back with an error',
    'Object.assign(headers, answerHeaders(request), {',
    'Object.assign(headers, {',
    adapter('rest.test', 'X-Request-Id: goes back from /api/skills/nothing'),
  ),
  change('src/adapters/rest/schema.ts')(
    'the base path is another at both ends',
    "'/api'",
    "'/v1'",
    wire('getSkill'),
  ),
];

const errors = change('src/adapters/rest/errors.ts');
const statuses = change('src/runtime/http-server.ts');
const ERRORS: readonly Mutant[] = [
  errors(
    'a missing etag is 400',
    'ETAG_REQUIRED: 428',
    'ETAG_REQUIRED: 400',
    wire('updateSkill-without-etag'),
  ),
  statuses(
    'no such route is 501',
    'ROUTE_NOT_FOUND: 404',
    'ROUTE_NOT_FOUND: 501',
    badInput('an unknown route: rest'),
  ),
  errors(
    'no such format is 400',
    'NOT_ACCEPTABLE: 406',
    'NOT_ACCEPTABLE: 400',
    adapter('rest.test', 'Accept'),
  ),
  statuses(
    'too large a body is 429',
    'BODY_TOO_LARGE: 413',
    'BODY_TOO_LARGE: 429',
    badInput('a body over 1 MiB: rest'),
  ),
  errors(
    'the violations are not sent',
    '...(details.violations && { errors: details.violations.map(encodeViolation(operation)) }),',
    '',
    wire('createSkill-invalid'),
  ),
  errors(
    'the resource is not sent',
    '...(details.resource && { resource: details.resource }),',
    '',
    wire('getSkill-not-found'),
  ),
  errors(
    'the retry delay is not read',
    '...(retryDelayMs !== undefined && { retryDelayMs }),\n    ...(resource',
    '...(resource',
    wires('rest carries UNAVAILABLE with every kind of details'),
  ),
  errors(
    'Retry-After is in milliseconds',
    'Math.ceil(details.retryDelayMs / 1000)',
    'Math.ceil(details.retryDelayMs)',
    forms('rest: problem details'),
  ),
  errors(
    '401 does not say how to authenticate',
    "{ 'WWW-Authenticate': challenge(error) }",
    '{}',
    forms('rest: UNAUTHENTICATED, TOKEN_REQUIRED has'),
  ),
  errors(
    'the reason is not read',
    'SkillsError(code, reason, detail',
    'SkillsError(code, code, detail',
    wires('rest carries NOT_FOUND of every'),
  ),
  errors(
    "a pointer's index keeps its brackets",
    ".replace(/\\[(\\d+)\\]/g, '/$1')",
    '',
    wire('createSkill-invalid'),
  ),
  errors(
    "a pointer's index is read as a name",
    "      .replace(/\\/(\\d+)(?=\\/|$)/g, '[$1]')\n",
    '',
    wires("rest carries a violation of 'skill.requires[0]'"),
  ),
  errors(
    "a pointer's escapes are left out at both ends",
    ".replaceAll('~', '~0').replaceAll('/', '~1')",
    '',
    names('rest points'),
    {
      file: 'src/adapters/rest/errors.ts',
      find: ".replaceAll('~1', '/').replaceAll('~0', '~')",
      replace: '',
    },
  ),
  errors(
    "the search text's violation has the model's name at both ends",
    "  ['text', 'q'],\n",
    '',
    names('rest calls the fields'),
  ),
];

export const REST_AROUND: readonly Mutant[] = [...HTTP, ...ERRORS, ...REST_CALLERS];
