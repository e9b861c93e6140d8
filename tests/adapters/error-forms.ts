/** Every row of the four error tables, as a caller without our clients sees it; the golden files show only some. */

import { PROTOCOLS } from '../../src/app/servers';
import { ERROR_CODES, type ErrorCode, type ErrorDetails, SkillsError } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../../src/contract/protocol';
import { NO_GRAPH } from '../support/implementations';
import { apiThat } from '../support/plain-api';
import { envelope } from '../support/raw/ask';
import { detailsOf, frame, proto, sendGrpc } from '../support/raw/grpc';
import { sendHttp } from '../support/raw/http';

let toThrow: SkillsError;
const api = apiThat(() => Promise.reject(toThrow));
const servers: Partial<Record<ProtocolName, RunningServer>> = {};
const addressOf = (protocol: ProtocolName): string => servers[protocol]?.address ?? '';
beforeAll(async () => {
  for (const name of PROTOCOL_NAMES) {
    servers[name] = await PROTOCOLS[name].serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
  }
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop();
});

/** getSkill of an id: what its protocol's plain tools go by, and all that the error says beside it. */
const ASK = {
  rest: async () => {
    const { status, headers, text } = await sendHttp(addressOf('rest'), '/api/skills/git');
    const { 'www-authenticate': challenge, 'retry-after': retryAfter } = headers;
    return { form: status, said: { ...JSON.parse(text), challenge, retryAfter } };
  },
  graphql: async () => {
    const { status, text } = await sendHttp(addressOf('graphql'), '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ skill(id: \\"git\\") { id } }"}',
    });
    const [{ message, extensions }] = JSON.parse(text).errors;
    expect(status).toBe(200);
    return { form: extensions.code, said: { message, ...extensions } };
  },
  grpc: async () => {
    const message = frame(proto('GetSkillRequest').serialize({ id: 'git' }));
    const answer = await sendGrpc(addressOf('grpc'), '/skills.v1.SkillsService/GetSkill', message);
    return { form: answer.status, said: { message: answer.message, ...detailsOf(answer) } };
  },
  soap: async () => {
    const { status, text } = await sendHttp(addressOf('soap'), '/soap', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: envelope('<GetSkill><id>git</id></GetSkill>'),
    });
    expect(status).toBe(500);
    const [, form, said] = /<soap:Fault><faultcode>(.*)<\/faultcode>(.*)<\/soap:Fault>/.exec(text) ?? [];
    return { form, said };
  },
} satisfies Record<ProtocolName, () => Promise<{ form: unknown; said: unknown }>>;

const FORMS: Readonly<Record<ErrorCode, Readonly<Record<ProtocolName, number | string>>>> = {
  INVALID_ARGUMENT: { rest: 400, graphql: 'BAD_USER_INPUT', grpc: 3, soap: 'soap:Client' },
  UNAUTHENTICATED: { rest: 401, graphql: 'UNAUTHENTICATED', grpc: 16, soap: 'soap:Client' },
  PERMISSION_DENIED: { rest: 403, graphql: 'FORBIDDEN', grpc: 7, soap: 'soap:Client' },
  NOT_FOUND: { rest: 404, graphql: 'NOT_FOUND', grpc: 5, soap: 'soap:Client' },
  ALREADY_EXISTS: { rest: 409, graphql: 'ALREADY_EXISTS', grpc: 6, soap: 'soap:Client' },
  ABORTED: { rest: 412, graphql: 'ABORTED', grpc: 10, soap: 'soap:Client' },
  FAILED_PRECONDITION: { rest: 400, graphql: 'FAILED_PRECONDITION', grpc: 9, soap: 'soap:Client' },
  RESOURCE_EXHAUSTED: { rest: 429, graphql: 'RATE_LIMITED', grpc: 8, soap: 'soap:Server' },
  DEADLINE_EXCEEDED: { rest: 504, graphql: 'DEADLINE_EXCEEDED', grpc: 4, soap: 'soap:Server' },
  UNIMPLEMENTED: { rest: 501, graphql: 'UNIMPLEMENTED', grpc: 12, soap: 'soap:Client' },
  UNAVAILABLE: { rest: 503, graphql: 'UNAVAILABLE', grpc: 14, soap: 'soap:Server' },
  INTERNAL: { rest: 500, graphql: 'INTERNAL_SERVER_ERROR', grpc: 13, soap: 'soap:Server' },
};

describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
  const said = async (code: ErrorCode, details?: ErrorDetails) => {
    toThrow = new SkillsError(code, 'A_REASON', 'A message.', details);
    return ASK[protocol]();
  };

  test.each(ERROR_CODES)('says %s by its own name', async (code) => {
    expect((await said(code)).form).toBe(FORMS[code][protocol]);
  });
});

describe('what an error says beside its code:', () => {
  const details: ErrorDetails = {
    violations: [{ field: 'pageSize', description: 'is wrong' }],
    retryDelayMs: 1500,
    resource: { type: 'skill', id: 'git' },
    scope: 'skills:write',
  };
  const said = async (protocol: ProtocolName, code: ErrorCode, more?: ErrorDetails) => {
    toThrow = new SkillsError(code, 'A_REASON', 'A message.', more);
    return (await ASK[protocol]()).said;
  };

  test('rest: problem details, and Retry-After in whole seconds', async () => {
    expect(await said('rest', 'RESOURCE_EXHAUSTED', details)).toStrictEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: 'A message.',
      code: 'RESOURCE_EXHAUSTED',
      reason: 'A_REASON',
      errors: [{ parameter: 'pageSize', detail: 'is wrong' }],
      retryDelayMs: 1500,
      resource: { type: 'skill', id: 'git' },
      scope: 'skills:write',
      retryAfter: '2',
      challenge: undefined,
    });
  });

  test.each([
    ['UNAUTHENTICATED', 'TOKEN_REQUIRED', 'Bearer'],
    ['UNAUTHENTICATED', 'TOKEN_INVALID', 'Bearer error="invalid_token", error_description="A message."'],
    ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'Bearer error="invalid_token", error_description="A message."'],
    ['UNAUTHENTICATED', 'TOKEN_MALFORMED', 'Bearer error="invalid_request"'],
    ['PERMISSION_DENIED', 'SCOPE_REQUIRED', 'Bearer error="insufficient_scope", scope="skills:write"'],
    ['PERMISSION_DENIED', 'LEARNER_REQUIRED', undefined],
  ] as const)('rest: %s, %s has the challenge %s (RFC 6750, section 3)', async (code, reason, challenge) => {
    const scope = reason === 'SCOPE_REQUIRED' ? { scope: 'skills:write' } : {};
    toThrow = new SkillsError(code, reason, 'A message.', scope);
    expect((await ASK.rest()).said.challenge).toBe(challenge);
  });

  test('rest: a key that was used for something else is 422', async () => {
    toThrow = new SkillsError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', 'A message.');
    expect((await ASK.rest()).form).toBe(422);
  });

  test('graphql: extensions', async () => {
    expect(await said('graphql', 'RESOURCE_EXHAUSTED', details)).toStrictEqual({
      message: 'A message.',
      code: 'RATE_LIMITED',
      domainCode: 'RESOURCE_EXHAUSTED',
      reason: 'A_REASON',
      violations: [{ field: 'first', description: 'is wrong' }],
      retryDelayMs: 1500,
      resource: { type: 'skill', id: 'git' },
      scope: 'skills:write',
    });
  });

  test('grpc: the messages of google.rpc', async () => {
    expect(await said('grpc', 'RESOURCE_EXHAUSTED', details)).toEqual({
      message: 'A message.',
      ErrorInfo: { reason: 'A_REASON', domain: 'api-rosetta', metadata: { scope: 'skills:write' } },
      BadRequest: { fieldViolations: [{ field: 'page_size', description: 'is wrong' }] },
      RetryInfo: { retryDelay: { seconds: 1, nanos: 500_000_000 } },
      ResourceInfo: { resourceType: 'skill', resourceName: 'git' },
    });
  });

  test("soap: a SkillsFault, which says the delay in the schema's seconds", async () => {
    expect(await said('soap', 'RESOURCE_EXHAUSTED', details)).toBe(
      '<faultstring>A message.</faultstring><detail><SkillsFault xmlns="urn:api-rosetta:skills:v1">' +
        '<code>RESOURCE_EXHAUSTED</code><reason>A_REASON</reason>' +
        '<violations><item><field>pageSize</field><description>is wrong</description></item></violations>' +
        '<retryAfter>1.5</retryAfter><resource><type>skill</type><id>git</id></resource>' +
        '<scope>skills:write</scope></SkillsFault></detail>',
    );
  });
});
