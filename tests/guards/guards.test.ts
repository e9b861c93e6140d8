/**
 * Every guard through every protocol: a row is a guard, a column is a protocol. Each cell is triggered over the wire,
 * without our clients. docs/guards.md is generated from the responses (UPDATE_GUARDS=1 npx jest tests/guards).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorCode } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { LEAK } from '../support/raw/requests';
import { expectStillServing } from '../support/raw/table';
import { CONTENT_GUARDS } from './content-guards';
import { type GuardRow, guardsDocument } from './document';
import { type GuardServers, startGuardServers } from './guard-servers';
import { type Guard, REJECTIONS } from './rejections';
import { formOf, type GuardResponse, sendRequest } from './requests';
import { SERVER_GUARDS } from './server-guards';

const DOCUMENT = path.join(__dirname, '../../docs/guards.md');
const UPDATE = process.env.UPDATE_GUARDS === '1';

/** The HTTP status in REST, the Apollo code, the gRPC status and the SOAP faultcode; the table of errors is in the README. */
const STANDARD_FORMS: Readonly<Partial<Record<ErrorCode, readonly [number, string, number, string]>>> = {
  INVALID_ARGUMENT: [400, 'BAD_USER_INPUT', 3, 'Client'],
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED', 16, 'Client'],
  PERMISSION_DENIED: [403, 'FORBIDDEN', 7, 'Client'],
  FAILED_PRECONDITION: [400, 'FAILED_PRECONDITION', 9, 'Client'],
  RESOURCE_EXHAUSTED: [429, 'RATE_LIMITED', 8, 'Server'],
  DEADLINE_EXCEEDED: [504, 'DEADLINE_EXCEEDED', 4, 'Server'],
};

let servers: GuardServers;
beforeAll(async () => {
  servers = await startGuardServers();
});
afterAll(() => servers.stop());

const rows = new Map<string, GuardRow>();

const note = (guard: string, protocol: ProtocolName, form: string, text: string): void => {
  rows.set(guard, { cells: { ...rows.get(guard)?.cells, [protocol]: form }, note: text });
};

const expectForm = (protocol: ProtocolName, response: GuardResponse, guard: Guard): void => {
  const [status, apollo, grpcStatus, fault] = STANDARD_FORMS[guard.code]!;
  const { status: seenStatus, code, reason, body, details } = response;
  expect({ code, reason }).toEqual({ code: guard.code, reason: guard.reason });
  const standard = {
    rest: () => expect(seenStatus).toBe(guard.rest ?? status),
    graphql: () => {
      expect(seenStatus).toBe(guard.graphqlStatus ?? 200);
      expect(JSON.parse(body).errors[0].extensions.code).toBe(apollo);
    },
    grpc: () => {
      expect(seenStatus).toBe(grpcStatus);
      expect(details.ErrorInfo).toMatchObject({ reason: guard.reason, domain: 'api-rosetta' });
    },
    soap: () => {
      const isFault = guard.reason !== 'TOKEN_MALFORMED';
      expect(seenStatus).toBe(isFault ? 500 : 401);
      expect(body).toContain(isFault ? `<faultcode>soap:${fault}</faultcode>` : '"type":"about:blank"');
    },
  } satisfies Record<ProtocolName, () => void>;
  standard[protocol]();
  expect(body).not.toMatch(LEAK);
};

describe.each(Object.entries(REJECTIONS))('%s:', (name, guard) => {
  test.each(PROTOCOL_NAMES)(
    '%s rejects it in the form of the protocol and serves the next request',
    async (protocol) => {
      const { served } = servers;
      if (guard.reason === 'IDEMPOTENCY_KEY_REUSED') {
        await sendRequest(served, 'rest', 'write', { token: served.token, key: 'taken' });
      }
      const on = guard.servers?.(servers) ?? served;
      const response = await sendRequest(on, protocol, guard.request, guard.options?.(servers));
      expectForm(protocol, response, guard);
      guard.expectMore?.(protocol, response);
      note(name, protocol, formOf(protocol, response), guard.note);
      await expectStillServing(served, protocol);
    },
  );
});

describe.each(Object.entries({ ...CONTENT_GUARDS, ...SERVER_GUARDS }))(
  '%s:',
  (name, { note: text, trigger }) => {
    test.each(PROTOCOL_NAMES)('%s has its guard and serves the next request', async (protocol) => {
      note(name, protocol, await trigger(protocol, servers), text);
      await expectStillServing(servers.served, protocol);
    });
  },
);

afterAll(() => {
  if (UPDATE) writeFileSync(DOCUMENT, guardsDocument(rows));
});

test('docs/guards.md equals the observed responses', () => {
  if (!UPDATE) expect(guardsDocument(rows)).toBe(readFileSync(DOCUMENT, 'utf8'));
});

test('the service logged no internal error', () => {
  expect(servers.served.logged).toStrictEqual([]);
});
