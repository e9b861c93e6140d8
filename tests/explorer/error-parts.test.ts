/** The parts of an error and their places, in the response of each protocol. */
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import type { AskRequest, ErrorPart, ProtocolName } from '../../src/explorer/api';
import { type Served, serveMap } from '../support/served';
import { GOLDEN_MAP } from '../wire/golden-calls';
import { askServed, equalResults, type ResultWithWire } from './ask-served';
import { markedValues } from './marked-values';

let served: Served;
beforeAll(async () => {
  served = await serveMap(PROTOCOL_NAMES, { seed: GOLDEN_MAP });
});
afterAll(async () => {
  await served.stop();
});

type Row = readonly [meaning: ErrorPart['part'], where: string, text: string];

const rowsOf = ({ wire }: ResultWithWire): Row[] =>
  (wire.errorParts ?? []).map(({ part, where, text }) => [part, where, text]);

const NO_SKILL = 'There is no skill "cobol".';

test('an unknown id has a code, a reason, a message and a resource in each protocol', async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'cobol' } }));
  expect(rowsOf(results.rest)).toEqual([
    ['code', 'HTTP status', '404 Not Found'],
    ['code', 'status', '404'],
    ['code', 'code', 'NOT_FOUND'],
    ['reason', 'reason', 'SKILL_NOT_FOUND'],
    ['message', 'detail', NO_SKILL],
    ['resource', 'resource.type', 'skill'],
    ['resource', 'resource.id', 'cobol'],
  ]);
  expect(rowsOf(results.graphql)).toEqual([
    ['code', 'HTTP status', '200 OK'],
    ['code', 'errors[0].extensions.code', 'NOT_FOUND'],
    ['code', 'errors[0].extensions.domainCode', 'NOT_FOUND'],
    ['reason', 'errors[0].extensions.reason', 'SKILL_NOT_FOUND'],
    ['message', 'errors[0].message', NO_SKILL],
    ['resource', 'errors[0].extensions.resource.type', 'skill'],
    ['resource', 'errors[0].extensions.resource.id', 'cobol'],
  ]);
  expect(rowsOf(results.grpc)).toEqual([
    ['code', 'HTTP status', '200'],
    ['code', 'grpc-status', '5 NOT_FOUND'],
    ['reason', 'ErrorInfo.reason', 'SKILL_NOT_FOUND'],
    ['message', 'grpc-message', NO_SKILL],
    ['resource', 'ResourceInfo.resource_type', 'skill'],
    ['resource', 'ResourceInfo.resource_name', 'cobol'],
  ]);
  expect(rowsOf(results.soap)).toEqual([
    ['code', 'HTTP status', '500 Internal Server Error'],
    ['code', 'faultcode', 'soap:Client'],
    ['code', 'detail/SkillsFault/code', 'NOT_FOUND'],
    ['reason', 'detail/SkillsFault/reason', 'SKILL_NOT_FOUND'],
    ['message', 'faultstring', NO_SKILL],
    ['resource', 'detail/SkillsFault/resource/type', 'skill'],
    ['resource', 'detail/SkillsFault/resource/id', 'cobol'],
  ]);
});

const NEW_SKILL = { id: 'grpc', name: '', categoryIds: ['apis'], requires: ['json', 'Not a slug'] };
const NOT_EMPTY = 'must not be empty';
const NOT_A_SLUG = 'must be lower-case letters and digits joined by hyphens';

test('invalid fields are named in the syntax of each protocol', async () => {
  const request: AskRequest = { operation: 'createSkill', as: 'writer', input: { skill: NEW_SKILL } };
  const results = equalResults(await askServed(served)(request));
  const fields = (protocol: ProtocolName) =>
    rowsOf(results[protocol])
      .filter(([part]) => part === 'field')
      .map(([, where, text]) => [where, text]);
  expect(fields('rest')).toEqual([
    ['errors[0].pointer', '#/name'],
    ['errors[0].detail', NOT_EMPTY],
    ['errors[1].pointer', '#/requires/1'],
    ['errors[1].detail', NOT_A_SLUG],
  ]);
  expect(fields('graphql')).toEqual([
    ['errors[0].extensions.violations[0].field', 'skill.name'],
    ['errors[0].extensions.violations[0].description', NOT_EMPTY],
    ['errors[0].extensions.violations[1].field', 'skill.requires[1]'],
    ['errors[0].extensions.violations[1].description', NOT_A_SLUG],
  ]);
  expect(fields('grpc')).toEqual([
    ['BadRequest.field_violations[0].field', 'skill.name'],
    ['BadRequest.field_violations[0].description', NOT_EMPTY],
    ['BadRequest.field_violations[1].field', 'skill.requires[1]'],
    ['BadRequest.field_violations[1].description', NOT_A_SLUG],
  ]);
  expect(fields('soap')).toEqual([
    ['detail/SkillsFault/violations/item[1]/field', 'skill.name'],
    ['detail/SkillsFault/violations/item[1]/description', NOT_EMPTY],
    ['detail/SkillsFault/violations/item[2]/field', 'skill.requires[1]'],
    ['detail/SkillsFault/violations/item[2]/description', NOT_A_SLUG],
  ]);
});

test('a missing scope is part of the reason, and REST also has it in a header', async () => {
  const request: AskRequest = { operation: 'deleteSkill', as: 'learner', input: { id: 'json', etag: '*' } };
  const results = equalResults(await askServed(served)(request));
  const reasons = (protocol: ProtocolName) => rowsOf(results[protocol]).filter(([part]) => part === 'reason');
  expect(reasons('rest')).toEqual([
    [
      'reason',
      'WWW-Authenticate',
      'Bearer realm="api-rosetta", error="insufficient_scope", scope="skills:write"',
    ],
    ['reason', 'reason', 'SCOPE_REQUIRED'],
    ['reason', 'scope', 'skills:write'],
  ]);
  expect(reasons('grpc')).toContainEqual(['reason', 'ErrorInfo.metadata[0].value', 'skills:write']);
  expect(reasons('soap')).toContainEqual(['reason', 'detail/SkillsFault/scope', 'skills:write']);
});

test('a rate-limited call has a retry delay in each protocol', async () => {
  const limited = await serveMap(PROTOCOL_NAMES, { seed: GOLDEN_MAP, rateLimit: { perMinute: 1 } });
  try {
    const ask = askServed(limited);
    await ask({ operation: 'getSkill', input: { id: 'json' } });
    const { results } = await ask({ operation: 'getSkill', input: { id: 'json' } });
    const retries = results.map((one) => rowsOf(one as ResultWithWire).filter(([part]) => part === 'retry'));
    const whole = expect.stringMatching(/^\d+$/);
    const [rest, graphql, grpc, soap] = retries;
    expect(rest).toEqual([
      ['retry', 'Retry-After', whole],
      ['retry', 'retryDelayMs', whole],
    ]);
    expect(graphql).toEqual([
      ['retry', 'Retry-After', whole],
      ['retry', 'errors[0].extensions.retryDelayMs', whole],
    ]);
    expect(grpc?.map(([, where]) => where)).toContain('RetryInfo.retry_delay.seconds');
    expect(soap).toEqual([
      ['retry', 'Retry-After', whole],
      ['retry', 'detail/SkillsFault/retryAfter', expect.stringMatching(/^\d+(\.\d+)?$/)],
    ]);
  } finally {
    await limited.stop();
  }
});

test('the values of an error have the same keys in each protocol; gRPC has more in its rich error', async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'cobol' } }));
  const values = (protocol: ProtocolName) => markedValues(results[protocol].wire.exchanges[0]!.response);
  for (const name of ['rest', 'graphql', 'soap'] as const) {
    expect(values(name).get('error.code')).toContain('NOT_FOUND');
    expect(values(name).get('error.reason')).toEqual(new Set(['SKILL_NOT_FOUND']));
    expect(values(name).get('error.message')).toEqual(new Set([NO_SKILL]));
    expect(values(name).get('error.resource.id')).toEqual(new Set(['cobol']));
  }
  expect(values('rest').get('error.code')).toContain('404 Not Found');
  expect([...values('grpc').keys()]).toEqual(['error.code', 'error.message']);
});

test('an answer without an error has no error parts', async () => {
  const results = equalResults(await askServed(served)({ operation: 'getSkill', input: { id: 'json' } }));
  for (const name of PROTOCOL_NAMES) expect(results[name].wire).not.toHaveProperty('errorParts');
});
