/** The tables of bad input: a row per kind, a column per protocol, and after each request one that is fine. */
import { PROTOCOL_NAMES, type ProtocolName } from '../../../src/contract/protocol';
import { type Served, serveMap } from '../served';
import { type Ask, graphql, grpc, LEAK, type Outcome, rest, soap } from './ask';

/** What is sent, and what the error is then: HTTP's or gRPC's status, the domain's code and its reason. */
export type Cell = readonly [ask: Ask, status: number, code: string, reason: string];

/** Text says why a protocol can not be asked this. */
export type Row = Readonly<Record<ProtocolName, Cell | string>>;

/** One set of servers for a file's tests, of all protocols or of some. Call at the top level of the file. */
export const servedHere = (only?: readonly ProtocolName[]): (() => Served) => {
  let served: Served;
  beforeAll(async () => {
    served = await serveMap(only);
  });
  afterAll(() => served.stop());
  return () => served;
};

const FINE = {
  rest: rest('GET', '/api/skills/git'),
  graphql: graphql('{ skill(id: "git") { name } }'),
  grpc: grpc('GetSkill', { id: 'git' }),
  soap: soap('<GetSkill><id>git</id></GetSkill>'),
} as const satisfies Record<ProtocolName, Ask>;

export const expectFine = async (served: Served, protocol: ProtocolName): Promise<void> => {
  const { code, body } = await FINE[protocol](served);
  expect(code).toBe('OK');
  expect(body).toContain('Git');
};

export const expectRefusal = (outcome: Outcome, [, status, code, reason]: Cell): void => {
  const { body, ...rest } = outcome;
  expect(rest).toMatchObject({ status, code, reason });
  expect(body).not.toMatch(LEAK);
};

export const refusedEverywhere = (served: () => Served, rows: Readonly<Record<string, Row>>): void => {
  describe.each(Object.entries(rows))('%s:', (_kind, row) => {
    const cells = PROTOCOL_NAMES.flatMap((protocol) => {
      const cell = row[protocol];
      return typeof cell === 'string' ? [] : [{ protocol, cell, says: cell.slice(1).join(' ').trim() }];
    });
    test.each(cells)('$protocol answers $says', async ({ protocol, cell }) => {
      expectRefusal(await cell[0](served()), cell);
      await expectFine(served(), protocol);
    });
  });
};

/** At the end of a file: a refusal is the caller's affair, so the service has nothing to complain of. */
export const nothingLogged = (served: () => Served): void => {
  test('none of it was logged as a fault of ours', () => {
    expect(served().logged).toStrictEqual([]);
  });
};
