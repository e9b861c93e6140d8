/** The GraphQL-over-HTTP audits of graphql-http: every MUST passes, and every SHOULD except those listed here. */
import { serverAudits } from 'graphql-http';
import { serveForTests, testNothingLogged } from '../../support/raw/table';

const STATUS_400 =
  'Apollo Server responds with 400, so that HTTP tools without GraphQL support see the failure.';

/** The reason for each audit that does not pass, by its id. */
const FAILING_AUDITS: Readonly<Record<string, string>> = {
  '572B': STATUS_400,
  FDE2: STATUS_400,
  '7B9B': STATUS_400,
};

export const describeAudits = (): void => {
  const served = serveForTests(['graphql']);

  const AUDITS = serverAudits({ url: () => `${served().address.graphql}/graphql`, fetchFn: fetch });

  test.each(AUDITS.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ id, name, fn }) => {
    const result = await fn();
    const reason = 'reason' in result ? result.reason : '';
    if (id in FAILING_AUDITS) {
      expect(name).toMatch(/^(SHOULD|MAY)/);
      expect(result.status).not.toBe('ok');
    } else {
      expect([result.status, reason]).toStrictEqual(['ok', '']);
    }
  });

  test('the audits include more than ten MUSTs and every listed exception', () => {
    expect(AUDITS.filter(({ name }) => name.startsWith('MUST')).length).toBeGreaterThan(10);
    expect(AUDITS.map(({ id }) => id)).toStrictEqual(expect.arrayContaining(Object.keys(FAILING_AUDITS)));
  });

  testNothingLogged(served);
};
