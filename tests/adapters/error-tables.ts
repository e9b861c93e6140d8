/** Every row of the four error tables, read without our clients. The golden files show only some of the rows. */

import { PROTOCOLS } from '../../src/app/servers';
import { ERROR_CODES, type ErrorCode, type ErrorDetails, SkillsError } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName, type RunningServer } from '../../src/contract/protocol';
import { NO_GRAPH } from '../support/implementations';
import { apiThat } from '../support/plain-api';
import { detailsOf, frame, proto, sendGrpc } from '../support/raw/grpc';
import { sendHttp } from '../support/raw/http';
import { envelope } from '../support/raw/requests';

const servers: Partial<Record<ProtocolName, RunningServer>> = {};
const addressOf = (protocol: ProtocolName): string => servers[protocol]?.address ?? '';

/** Calls getSkill. Returns the status or code that the standard of the protocol defines, and the rest of the error. */
const GET_SKILL = {
  rest: async () => {
    const { status, headers, text } = await sendHttp(addressOf('rest'), '/api/skills/git');
    const { 'www-authenticate': challenge, 'retry-after': retryAfter } = headers;
    return { form: status, contents: { ...JSON.parse(text), challenge, retryAfter } };
  },
  graphql: async () => {
    const { status, text } = await sendHttp(addressOf('graphql'), '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ skill(id: \\"git\\") { id } }"}',
    });
    const [{ message, extensions }] = JSON.parse(text).errors;
    expect(status).toBe(200);
    return { form: extensions.code, contents: { message, ...extensions } };
  },
  grpc: async () => {
    const message = frame(proto('GetSkillRequest').serialize({ id: 'git' }));
    const answer = await sendGrpc(addressOf('grpc'), '/skills.v1.SkillsService/GetSkill', message);
    return { form: answer.status, contents: { message: answer.message, ...detailsOf(answer) } };
  },
  soap: async () => {
    const { status, text } = await sendHttp(addressOf('soap'), '/soap', {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: envelope('<GetSkill><id>git</id></GetSkill>'),
    });
    expect(status).toBe(500);
    const [, form, contents] = /<soap:Fault><faultcode>(.*)<\/faultcode>(.*)<\/soap:Fault>/.exec(text) ?? [];
    return { form, contents };
  },
} satisfies Record<ProtocolName, () => Promise<{ form: unknown; contents: unknown }>>;

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

export const describeErrorTables = (): void => {
  let toThrow: SkillsError;
  const api = apiThat(() => Promise.reject(toThrow));
  beforeAll(async () => {
    for (const name of PROTOCOL_NAMES) {
      servers[name] = await PROTOCOLS[name].serve(api, { host: '127.0.0.1', port: 0, graph: () => NO_GRAPH });
    }
  });
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.stop();
  });

  describe.each(PROTOCOL_NAMES)('%s', (protocol) => {
    const receivedError = async (code: ErrorCode, details?: ErrorDetails) => {
      toThrow = new SkillsError(code, 'A_REASON', 'A message.', details);
      return GET_SKILL[protocol]();
    };

    test.each(ERROR_CODES)('reports %s by its own status or code', async (code) => {
      expect((await receivedError(code)).form).toBe(FORMS[code][protocol]);
    });
  });

  describe('the error details of', () => {
    const details: ErrorDetails = {
      violations: [{ field: 'pageSize', description: 'is wrong' }],
      retryDelayMs: 1500,
      resource: { type: 'skill', id: 'git' },
      scope: 'skills:write',
    };
    const receivedContents = async (protocol: ProtocolName, code: ErrorCode, more?: ErrorDetails) => {
      toThrow = new SkillsError(code, 'A_REASON', 'A message.', more);
      return (await GET_SKILL[protocol]()).contents;
    };

    test('rest are problem details (RFC 9457) with Retry-After in whole seconds', async () => {
      expect(await receivedContents('rest', 'RESOURCE_EXHAUSTED', details)).toStrictEqual({
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
      ['UNAUTHENTICATED', 'TOKEN_REQUIRED', 'Bearer realm="api-rosetta"'],
      [
        'UNAUTHENTICATED',
        'TOKEN_INVALID',
        'Bearer realm="api-rosetta", error="invalid_token", error_description="A message."',
      ],
      [
        'UNAUTHENTICATED',
        'TOKEN_EXPIRED',
        'Bearer realm="api-rosetta", error="invalid_token", error_description="A message."',
      ],
      ['UNAUTHENTICATED', 'TOKEN_MALFORMED', 'Bearer realm="api-rosetta"'],
      [
        'PERMISSION_DENIED',
        'SCOPE_REQUIRED',
        'Bearer realm="api-rosetta", error="insufficient_scope", scope="skills:write"',
      ],
      ['PERMISSION_DENIED', 'LEARNER_REQUIRED', undefined],
    ] as const)(
      'rest include for %s, %s the challenge %s (RFC 6750, section 3)',
      async (code, reason, challenge) => {
        const scope = reason === 'SCOPE_REQUIRED' ? { scope: 'skills:write' } : {};
        toThrow = new SkillsError(code, reason, 'A message.', scope);
        expect((await GET_SKILL.rest()).contents.challenge).toBe(challenge);
      },
    );

    test('rest have status 422 for a reused idempotency key', async () => {
      toThrow = new SkillsError('FAILED_PRECONDITION', 'IDEMPOTENCY_KEY_REUSED', 'A message.');
      expect((await GET_SKILL.rest()).form).toBe(422);
    });

    test('graphql are extensions', async () => {
      expect(await receivedContents('graphql', 'RESOURCE_EXHAUSTED', details)).toStrictEqual({
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

    test('grpc are messages of google.rpc', async () => {
      expect(await receivedContents('grpc', 'RESOURCE_EXHAUSTED', details)).toEqual({
        message: 'A message.',
        ErrorInfo: { reason: 'A_REASON', domain: 'api-rosetta', metadata: { scope: 'skills:write' } },
        BadRequest: { fieldViolations: [{ field: 'page_size', description: 'is wrong' }] },
        RetryInfo: { retryDelay: { seconds: 1, nanos: 500_000_000 } },
        ResourceInfo: { resourceType: 'skill', resourceName: 'git' },
      });
    });

    test('soap are a SkillsFault with the retry delay in seconds', async () => {
      expect(await receivedContents('soap', 'RESOURCE_EXHAUSTED', details)).toBe(
        '<faultstring>A message.</faultstring><detail><SkillsFault xmlns="urn:api-rosetta:skills:v1">' +
          '<code>RESOURCE_EXHAUSTED</code><reason>A_REASON</reason>' +
          '<violations><item><field>pageSize</field><description>is wrong</description></item></violations>' +
          '<retryAfter>1.5</retryAfter><resource><type>skill</type><id>git</id></resource>' +
          '<scope>skills:write</scope></SkillsFault></detail>',
      );
    });
  });
};
