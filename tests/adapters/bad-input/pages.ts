/** Invalid page sizes and page tokens. */

import { generateSkillMap } from '../../../src/compare/scenarios/support/generated-map';
import { PROTOCOL_NAMES } from '../../../src/contract/protocol';
import { proto } from '../../support/raw/grpc';
import { rest, type SendRequest } from '../../support/raw/requests';
import { serveForTests, testNothingLogged, testRejections } from '../../support/raw/table';
import { type Served, serveMap } from '../../support/served';
import { listSkills, rejectedRow } from './requests';

/** Sends a page token derived from one that the server issued. */
const withToken =
  (
    change: (token: string) => string,
    query: object,
    protocol: keyof ReturnType<typeof listSkills>,
  ): SendRequest =>
  async (here) => {
    const { body } = await rest('GET', '/api/skills?tag=http&pageSize=1')(here);
    return listSkills({ ...query, pageToken: change(JSON.parse(body).nextPageToken) })[protocol](here);
  };
const tokens = (change: (token: string) => string, query: object) => ({
  rest: withToken(change, query, 'rest'),
  graphql: withToken(change, query, 'graphql'),
  grpc: withToken(change, query, 'grpc'),
  soap: withToken(change, query, 'soap'),
});
const forged = (token: string): string => (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
const PAGE_TOKEN = ['INVALID_ARGUMENT', 'PAGE_TOKEN_INVALID'] as const;

const grpcIds = (body: string): unknown[] =>
  proto('ListSkillsResponse').deserialize(Buffer.from(body, 'latin1').subarray(5)).skills;

export const describePages = (): void => {
  const served = serveForTests();

  describe('pages:', () => {
    testRejections(served, {
      'a page size of -1': rejectedRow(listSkills({ pageSize: -1 }), 'INVALID_ARGUMENT', 'INVALID_INPUT'),
      'an invented page token': rejectedRow(listSkills({ pageToken: 'next-please' }), ...PAGE_TOKEN),
      'a page token with one letter changed': rejectedRow(tokens(forged, { tag: 'http' }), ...PAGE_TOKEN),
      'a page token cut short': rejectedRow(
        tokens((token) => token.slice(0, 9), { tag: 'http' }),
        ...PAGE_TOKEN,
      ),
      'a page token of another query': rejectedRow(
        tokens((token) => token, { tag: 'sql' }),
        ...PAGE_TOKEN,
      ),
    });

    test.each(PROTOCOL_NAMES)('%s accepts the unchanged page token', async (protocol) => {
      const { code } = await tokens((token) => token, { tag: 'http' })[protocol](served());
      expect(code).toBe('OK');
    });
  });

  describe('page sizes with a default or a limit:', () => {
    let large: Served;
    beforeAll(async () => {
      large = await serveMap(PROTOCOL_NAMES, { seed: generateSkillMap(220) });
    });
    afterAll(() => large.stop());

    test.each(
      PROTOCOL_NAMES.flatMap((protocol) => [
        { protocol, pageSize: 0, read: 20 },
        { protocol, pageSize: 1_000_000, read: 200 },
      ]),
    )('$protocol returns $read skills for a page size of $pageSize', async ({ protocol, pageSize, read }) => {
      const { code, body } = await listSkills({ pageSize })[protocol](large);
      expect(code).toBe('OK');
      const ids = protocol === 'grpc' ? grpcIds(body) : body.match(/"id":|<item><id>/g);
      expect(ids).toHaveLength(read);
    });
  });

  testNothingLogged(served);
};
