/**
 * Every guard, through every protocol: a row is a guard, a column a protocol, and each cell is provoked over the wire and
 * looked at with no client of ours. docs/guards.md is made of what is seen here (UPDATE_GUARDS=1 npx jest tests/guards).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorCode } from '../../src/contract/errors';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { LEAK } from '../support/raw/ask';
import { expectFine } from '../support/raw/table';
import { ask, formOf, type Seen } from './ask';
import { OTHERS } from './others';
import { type Guard, REFUSALS } from './refusals';
import { SHAPES } from './shapes';
import { openWorld, type World } from './world';

const DOCUMENT = path.join(__dirname, '../../docs/guards.md');
const UPDATE = process.env.UPDATE_GUARDS === '1';

/** HTTP's status in REST, Apollo's name, gRPC's number, whose fault it is in SOAP (docs: the README's table of errors). */
const FORMS: Readonly<Partial<Record<ErrorCode, readonly [number, string, number, string]>>> = {
  INVALID_ARGUMENT: [400, 'BAD_USER_INPUT', 3, 'Client'],
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED', 16, 'Client'],
  PERMISSION_DENIED: [403, 'FORBIDDEN', 7, 'Client'],
  FAILED_PRECONDITION: [400, 'FAILED_PRECONDITION', 9, 'Client'],
  RESOURCE_EXHAUSTED: [429, 'RATE_LIMITED', 8, 'Server'],
  DEADLINE_EXCEEDED: [504, 'DEADLINE_EXCEEDED', 4, 'Server'],
};

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());

const cells: Record<string, Partial<Record<ProtocolName, string>>> = {};
const notes: Record<string, string> = {};

const note = (guard: string, protocol: ProtocolName, form: string, text: string): void => {
  cells[guard] = { ...cells[guard], [protocol]: form };
  notes[guard] = text;
};

const expectForm = (protocol: ProtocolName, seen: Seen, guard: Guard): void => {
  const [status, apollo, grpcStatus, fault] = FORMS[guard.code]!;
  const { status: seenStatus, code, reason, body, details } = seen;
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
      expect(seenStatus).toBe(guard.reason === 'TOKEN_MALFORMED' ? 401 : 500);
      expect(body).toContain(`<faultcode>soap:${fault}</faultcode>`);
    },
  } satisfies Record<ProtocolName, () => void>;
  standard[protocol]();
  expect(body).not.toMatch(LEAK);
};

describe.each(Object.entries(REFUSALS))('%s:', (name, guard) => {
  test.each(PROTOCOL_NAMES)('%s refuses it in its own form, and goes on', async (protocol) => {
    const { served } = world;
    if (guard.reason === 'IDEMPOTENCY_KEY_REUSED') {
      await ask(served, 'rest', 'write', { token: served.token, key: 'taken' });
    }
    const on = guard.on?.(world) ?? served;
    const seen = await ask(on, protocol, guard.what, guard.how?.(world));
    expectForm(protocol, seen, guard);
    guard.also?.(protocol, seen);
    note(name, protocol, formOf(protocol, seen), guard.note);
    await expectFine(served, protocol);
  });
});

describe.each(Object.entries({ ...SHAPES, ...OTHERS }))('%s:', (name, { note: text, provoke }) => {
  test.each(PROTOCOL_NAMES)('%s', async (protocol) => {
    note(name, protocol, await provoke(protocol, world), text);
    await expectFine(world.served, protocol);
  });
});

afterAll(() => {
  if (UPDATE) writeFileSync(DOCUMENT, documentOf());
});

test('docs/guards.md says what was seen here', () => {
  if (!UPDATE) expect(documentOf()).toBe(readFileSync(DOCUMENT, 'utf8'));
});

test('none of it was logged as a fault of ours', () => {
  expect(world.served.logged).toStrictEqual([]);
});

const documentOf = (): string => {
  const rows = Object.entries(cells).map(
    ([guard, forms]) =>
      `| ${guard} | ${PROTOCOL_NAMES.map((protocol) => forms[protocol] ?? '').join(' | ')} | ${notes[guard]} |`,
  );
  return `# Guards

Each is written once, around \`SkillsApi\` or in front of the server, and reaches every protocol in the form that its
standard has for it. This table is made by tests/guards, which provokes every cell over the wire: what stands here was seen. What happens to a write whose caller goes away or whose
server is killed is in tests/faults, what hostile callers can do in [results/abuse.txt](results/abuse.txt).

| provoked by | REST | GraphQL | gRPC | SOAP | |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
};
