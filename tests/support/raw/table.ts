/** Tables of invalid requests: a row per kind, a column per protocol. A valid request follows each of them. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { type Served, serveMap } from '../served';
import { type DecodedResponse, graphql, grpc, LEAK, rest, type SendRequest, soap } from './requests';

/** A request, and the HTTP or gRPC status, the domain code and the reason of the expected error. */
export type Cell = readonly [send: SendRequest, status: number, code: string, reason: string];

/** A text states why the row does not apply to a protocol. */
export type Row = Readonly<Record<ProtocolName, Cell | string>>;

/** Starts servers of all or some protocols before the tests and stops them after. Registers beforeAll and afterAll hooks. */
export const serveForTests = (only?: readonly ProtocolName[]): (() => Served) => {
  let served: Served;
  beforeAll(async () => {
    served = await serveMap(only);
  });
  afterAll(() => served.stop());
  return () => served;
};

const VALID_REQUESTS = {
  rest: rest('GET', '/api/skills/git'),
  graphql: graphql('{ skill(id: "git") { name } }'),
  grpc: grpc('GetSkill', { id: 'git' }),
  soap: soap('<GetSkill><id>git</id></GetSkill>'),
} as const satisfies Record<ProtocolName, SendRequest>;

export const expectStillServing = async (served: Served, protocol: ProtocolName): Promise<void> => {
  const { code, body } = await VALID_REQUESTS[protocol](served);
  expect(code).toBe('OK');
  expect(body).toContain('Git');
};

const expectError = (outcome: DecodedResponse, [, status, code, reason]: Cell): void => {
  const { body, ...rest } = outcome;
  expect(rest).toMatchObject({ status, code, reason });
  expect(body).not.toMatch(LEAK);
};

export const testRejections = (served: () => Served, rows: Readonly<Record<string, Row>>): void => {
  describe.each(Object.entries(rows))('%s:', (_kind, row) => {
    const cells = PROTOCOL_NAMES.flatMap((protocol) => {
      const cell = row[protocol];
      return typeof cell === 'string' ? [] : [{ protocol, cell, expected: cell.slice(1).join(' ').trim() }];
    });
    test.each(cells)('$protocol reports $expected', async ({ protocol, cell }) => {
      expectError(await cell[0](served()), cell);
      await expectStillServing(served(), protocol);
    });
  });
};

/** Call it last: invalid requests are errors of the client, so the service must not have logged an internal error. */
export const testNothingLogged = (served: () => Served): void => {
  test('the service logged no internal error', () => {
    expect(served().logged).toStrictEqual([]);
  });
};
