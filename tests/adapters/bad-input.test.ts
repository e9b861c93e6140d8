/** Malformed requests that never reach the domain: each protocol rejects them in its own form and serves the next request. */
import type { ProtocolName } from '../../src/contract/protocol';
import { frame, proto } from '../support/raw/grpc';
import {
  envelope,
  graphql,
  graphqlPost,
  graphqlRequest,
  grpc,
  grpcBytes,
  rest,
  type SendRequest,
  soap,
  soapPost,
  soapRequest,
} from '../support/raw/requests';
import { serveForTests, testNothingLogged, testRejections } from '../support/raw/table';
import { describeBytes } from './bad-input/bytes';
import { describePages } from './bad-input/pages';
import { describeReadBody } from './bad-input/read-body';
import { describeSize } from './bad-input/size';
import { describeValues } from './bad-input/values';

const served = serveForTests();

const GIT = proto('GetSkillRequest').serialize({ id: 'git' });
// The length of read_mask is 3 bytes, but only 1 byte follows.
const TRUNCATED = Buffer.concat([GIT, Buffer.from([0x12, 3, 0x0a])]);
const NOT_PROTOBUF = Buffer.from('{"id":"git"}');
const MALFORMED = ['INVALID_ARGUMENT', 'MALFORMED_REQUEST'] as const;
const MALFORMED_XML = ['INVALID_ARGUMENT', 'MALFORMED_XML'] as const;
const UNSUPPORTED = ['INVALID_ARGUMENT', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const INVALID = ['INVALID_ARGUMENT', 'INVALID_INPUT'] as const;
const UNIMPLEMENTED_OF_LIBRARY = ['UNIMPLEMENTED', ''] as const;
const BAD_GRAPHQL = ['INVALID_ARGUMENT', 'BAD_REQUEST'] as const;
const NOT_IN_SCHEMA = ['INVALID_ARGUMENT', 'GRAPHQL_VALIDATION_FAILED'] as const;
const NOT_PARSED = ['INVALID_ARGUMENT', 'GRAPHQL_PARSE_FAILED'] as const;
const BAD_VARIABLE = ['INVALID_ARGUMENT', 'BAD_USER_INPUT'] as const;

const NEW = { id: 'new', name: 'New', categoryIds: ['tools'] };
const CREATE = 'mutation ($skill: NewSkill!) { createSkill(skill: $skill) { id } }';
const BASIC = { authorization: 'Basic YWRhOnNlY3JldA==' };
const BAD_TOKEN = { authorization: 'Bearer e30.e30.e30' };
const TOKEN_MALFORMED = ['UNAUTHENTICATED', 'TOKEN_MALFORMED'] as const;
const TOKEN_INVALID = ['UNAUTHENTICATED', 'TOKEN_INVALID'] as const;
const KEY_REUSED = ['FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED'] as const;

/** A setProgress request with an idempotency key. */
const keyed = (key: string, status: string) => ({
  rest: rest('PUT', '/api/progress/git', JSON.stringify({ status }), {
    'content-type': 'application/json',
    'idempotency-key': key,
  }),
  graphql: graphql(
    'mutation ($status: ProgressStatus!, $key: String) { setProgress(skillId: "git", status: $status, idempotencyKey: $key) { status } }',
    { status, key },
  ),
  grpc: grpc('SetProgress', { skillId: 'git', status: `PROGRESS_STATUS_${status}`, requestId: key }),
  soap: soapPost(
    envelope(
      `<SetProgress><skillId>git</skillId><status>${status}</status></SetProgress>`,
      `<e:Header><IdempotencyKey>${key}</IdempotencyKey></e:Header>`,
    ),
  ),
});

const reused =
  (protocol: ProtocolName): SendRequest =>
  async (here) => {
    expect((await keyed('reused', 'LEARNED')[protocol](here)).code).toBe('OK');
    return keyed('reused', 'PLANNED')[protocol](here);
  };

const QUERY = '{"query":"{ categories { totalSize } }"}';
const elements = (more: string): string =>
  `<CreateSkill><skill><id>new</id><name>New</name><categoryIds><item>tools</item></categoryIds>${more}</skill></CreateSkill>`;

testRejections(served, {
  'a truncated body': {
    rest: [rest('POST', '/api/skills', '{"id":'), 400, ...MALFORMED],
    graphql: [graphqlPost('{"query":'), 400, ...MALFORMED],
    grpc: [grpcBytes('GetSkill', frame(TRUNCATED)), 3, ...MALFORMED],
    soap: [soapPost('<Envelope><Body>'), 400, ...MALFORMED_XML],
  },
  'a body in another format': {
    rest: [rest('POST', '/api/skills', '<id>git</id>'), 400, ...MALFORMED],
    graphql: [graphql('SELECT * FROM skills'), 400, ...NOT_PARSED],
    grpc: [grpcBytes('GetSkill', frame(NOT_PROTOBUF)), 3, ...MALFORMED],
    soap: [soapPost('{"id":"git"}'), 400, ...MALFORMED_XML],
  },
  'an empty body': {
    rest: [rest('POST', '/api/skills', ''), 400, ...MALFORMED],
    graphql: [graphqlPost(''), 400, ...MALFORMED],
    grpc: [grpcBytes('GetSkill', Buffer.alloc(0)), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [soapPost(''), 400, ...MALFORMED_XML],
  },
  'an empty message': {
    rest: [rest('POST', '/api/skills', '{}'), 400, ...INVALID],
    graphql: [graphqlPost('{}'), 400, ...BAD_GRAPHQL],
    grpc: [grpcBytes('GetSkill', frame(Buffer.alloc(0))), 3, ...INVALID],
    soap: [soap(''), 500, ...MALFORMED],
  },
  'a body that is null': {
    rest: [rest('POST', '/api/skills', 'null'), 400, ...INVALID],
    graphql: [graphqlPost('null'), 400, ...MALFORMED],
    grpc: 'Protobuf has no null.',
    soap: [soap('<GetSkill xsi:nil="true"/>'), 500, ...INVALID],
  },
  'a list instead of one value': {
    rest: [rest('POST', '/api/skills', `[${JSON.stringify(NEW)}]`), 400, ...INVALID],
    graphql: [graphqlPost(`[${QUERY}]`), 400, ...BAD_GRAPHQL],
    grpc: [grpcBytes('GetSkill', Buffer.concat([frame(GIT), frame(GIT)])), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [soap('<GetSkill><id>git</id></GetSkill><GetSkill><id>rest</id></GetSkill>'), 500, ...INVALID],
  },
  'a wrong content type': {
    rest: [rest('POST', '/api/skills', '{}', { 'content-type': 'text/plain' }), 415, ...UNSUPPORTED],
    graphql: [graphqlPost(QUERY, { 'content-type': 'text/plain' }), 415, ...UNSUPPORTED],
    // A request with another content type gets an HTTP status only (gRPC over HTTP/2, Content-Type).
    grpc: [grpcBytes('GetSkill', frame(GIT), { 'content-type': 'application/json' }), 415, '', ''],
    soap: [soap('<ListCategories/>', { 'content-type': 'application/soap+xml' }), 415, ...UNSUPPORTED],
  },
  'a form': {
    rest: [
      rest('POST', '/api/skills', 'id=new', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      ...UNSUPPORTED,
    ],
    graphql: [
      graphqlPost('query={categories{totalSize}}', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      ...UNSUPPORTED,
    ],
    grpc: [
      grpcBytes('GetSkill', frame(GIT), { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      '',
      '',
    ],
    soap: [
      soap('<ListCategories/>', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      ...UNSUPPORTED,
    ],
  },
  'a character set that is not Unicode': {
    rest: [
      rest('POST', '/api/skills', '{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
      415,
      ...UNSUPPORTED,
    ],
    graphql: [
      graphqlPost(QUERY, { 'content-type': 'application/json; charset=iso-8859-1' }),
      415,
      ...UNSUPPORTED,
    ],
    grpc: 'Protobuf text is always UTF-8.',
    soap: [
      soap('<ListCategories/>', { 'content-type': 'text/xml; charset=iso-8859-1' }),
      415,
      ...UNSUPPORTED,
    ],
  },
  'an unknown operation': {
    rest: [rest('GET', '/api/skills/git/colours'), 404, 'UNIMPLEMENTED', 'ROUTE_NOT_FOUND'],
    graphql: [graphql('{ colours }'), 400, ...NOT_IN_SCHEMA],
    grpc: [grpcBytes('GetColours', frame(GIT)), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [soap('<GetColours/>'), 500, 'UNIMPLEMENTED', 'OPERATION_NOT_FOUND'],
  },
  'an unknown route': {
    rest: [rest('GET', '/colours'), 404, 'UNIMPLEMENTED', 'ROUTE_NOT_FOUND'],
    graphql: [
      graphqlRequest('/colours', { method: 'POST', body: QUERY }),
      404,
      'UNIMPLEMENTED',
      'ROUTE_NOT_FOUND',
    ],
    grpc: [grpcBytes('../../colours', frame(GIT)), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [
      soapRequest('/colours', { method: 'POST', body: envelope('<ListCategories/>') }),
      404,
      'UNIMPLEMENTED',
      'ROUTE_NOT_FOUND',
    ],
  },
  'a path that is not percent-encoded UTF-8': {
    rest: [rest('GET', '/api/skills/%ff'), 400, ...MALFORMED],
    graphql: [graphqlRequest('/%ff', {}), 400, ...MALFORMED],
    grpc: [grpcBytes('%ff', frame(GIT)), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [soapRequest('/%ff', {}), 400, ...MALFORMED],
  },
  'a wrong HTTP method': {
    rest: [rest('PUT', '/api/skills', '{}'), 405, 'UNIMPLEMENTED', 'METHOD_NOT_ALLOWED'],
    graphql: [graphqlRequest('/graphql', { method: 'DELETE' }), 405, 'UNIMPLEMENTED', 'METHOD_NOT_ALLOWED'],
    // A request that is no gRPC call gets an HTTP status only.
    grpc: [grpcBytes('GetSkill', frame(GIT), { ':method': 'PUT' }), 405, '', ''],
    soap: [soapRequest('/soap', { method: 'GET' }), 405, 'UNIMPLEMENTED', 'METHOD_NOT_ALLOWED'],
  },
  'an unknown field': {
    rest: [rest('POST', '/api/skills', JSON.stringify({ ...NEW, colour: 'red' })), 400, ...INVALID],
    graphql: [graphql(CREATE, { skill: { ...NEW, colour: 'red' } }), 400, ...BAD_VARIABLE],
    grpc: 'The protobuf specification ignores unknown fields; a test below covers it.',
    soap: [soap(elements('<colour>red</colour>')), 500, ...INVALID],
  },
  'an unknown parameter': {
    rest: [rest('GET', '/api/skills/git?colour=red'), 400, ...INVALID],
    graphql: [graphql('{ skills(colour: "red") { totalSize } }'), 400, ...NOT_IN_SCHEMA],
    grpc: 'The protobuf specification ignores unknown fields; a test below covers it.',
    soap: [soap('<ListSkills><colour>red</colour></ListSkills>'), 500, ...INVALID],
  },
  'a member called __proto__': {
    rest: [
      rest('POST', '/api/skills', '{"__proto__":{"name":"x"},"id":"new","categoryIds":["tools"]}'),
      400,
      ...INVALID,
    ],
    graphql: [
      graphqlPost(
        `{"query":${JSON.stringify(CREATE)},"variables":{"skill":{"__proto__":{"name":"x"},"id":"new","categoryIds":["tools"]}}}`,
      ),
      400,
      ...BAD_VARIABLE,
    ],
    grpc: 'Protobuf identifies fields by numbers.',
    soap: [soap(elements('<__proto__><level>BEGINNER</level></__proto__>')), 500, ...INVALID],
  },
  'a member called constructor': {
    rest: [rest('GET', '/api/skills?constructor=x'), 400, ...INVALID],
    graphql: [graphql('{ constructor }'), 400, ...NOT_IN_SCHEMA],
    grpc: [grpcBytes('constructor', frame(GIT)), 12, ...UNIMPLEMENTED_OF_LIBRARY],
    soap: [soap('<constructor/>'), 500, 'UNIMPLEMENTED', 'OPERATION_NOT_FOUND'],
  },
  'an invalid timeout': {
    rest: [rest('GET', '/api/skills', undefined, { 'request-timeout': 'soon' }), 400, ...INVALID],
    graphql: [graphqlPost(QUERY, { 'request-timeout': 'soon' }), 400, ...INVALID],
    grpc: [grpc('GetSkill', { id: 'git' }, { 'grpc-timeout': 'soon' }), 3, ...INVALID],
    soap: [soap('<ListCategories/>', { 'request-timeout': '-1' }), 500, ...INVALID],
  },
  'a timeout that has passed': {
    rest: [
      rest('GET', '/api/skills', undefined, { 'request-timeout': '0' }),
      504,
      'DEADLINE_EXCEEDED',
      'DEADLINE_EXCEEDED',
    ],
    graphql: [graphqlPost(QUERY, { 'request-timeout': '0' }), 200, 'DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'],
    grpc: [
      grpc('GetSkill', { id: 'git' }, { 'grpc-timeout': '1n' }),
      4,
      'DEADLINE_EXCEEDED',
      'DEADLINE_EXCEEDED',
    ],
    soap: [
      soap('<ListCategories/>', { 'request-timeout': '0' }),
      500,
      'DEADLINE_EXCEEDED',
      'DEADLINE_EXCEEDED',
    ],
  },
  'credentials that are not a bearer token': {
    rest: [rest('GET', '/api/skills', undefined, BASIC), 401, ...TOKEN_MALFORMED],
    graphql: [graphqlPost(QUERY, BASIC), 401, ...TOKEN_MALFORMED],
    grpc: [grpc('GetSkill', { id: 'git' }, BASIC), 16, ...TOKEN_MALFORMED],
    soap: [soap('<ListCategories/>', BASIC), 401, ...TOKEN_MALFORMED],
  },
  'an invalid token for an operation that needs none': {
    rest: [rest('GET', '/api/skills', undefined, BAD_TOKEN), 401, ...TOKEN_INVALID],
    graphql: [graphqlPost(QUERY, BAD_TOKEN), 200, ...TOKEN_INVALID],
    grpc: [grpc('GetSkill', { id: 'git' }, BAD_TOKEN), 16, ...TOKEN_INVALID],
    soap: [soap('<ListCategories/>', BAD_TOKEN), 500, ...TOKEN_INVALID],
  },
  'an idempotency key of two words': {
    rest: [keyed('"two words"', 'LEARNED').rest, 400, ...INVALID],
    graphql: [keyed('two words', 'LEARNED').graphql, 200, ...INVALID],
    grpc: [keyed('two words', 'LEARNED').grpc, 3, ...INVALID],
    soap: [keyed('two words', 'LEARNED').soap, 500, ...INVALID],
  },
  'an idempotency key reused with another input': {
    rest: [reused('rest'), 422, ...KEY_REUSED],
    graphql: [reused('graphql'), 200, ...KEY_REUSED],
    grpc: [reused('grpc'), 9, ...KEY_REUSED],
    soap: [reused('soap'), 500, ...KEY_REUSED],
  },
  'an invalid request id': {
    rest: [rest('GET', '/api/skills', undefined, { 'x-request-id': 'two words' }), 400, ...INVALID],
    graphql: [graphqlPost(QUERY, { 'x-request-id': 'two words' }), 400, ...INVALID],
    grpc: [grpc('GetSkill', { id: 'git' }, { 'x-request-id': 'two words' }), 3, ...INVALID],
    soap: [soap('<ListCategories/>', { 'x-request-id': 'x'.repeat(129) }), 500, ...INVALID],
  },
});

test('gRPC alone ignores an unknown field, as the protobuf specification requires', async () => {
  const unknown = Buffer.concat([Buffer.from([0xfa, 0x01, 3]), Buffer.from('red')]);
  const { code } = await grpcBytes('GetSkill', frame(Buffer.concat([GIT, unknown])))(served());
  expect(code).toBe('OK');
});

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('page sizes and page tokens', describePages);
describe('reading a body', describeReadBody);
describe('size and depth', describeSize);
describe('values', describeValues);
describe('bytes', describeBytes);

testNothingLogged(served);
