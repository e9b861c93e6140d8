/** GraphQL over HTTP, by the audits of graphql-http: every MUST, and the SHOULDs but for those listed here. */
import { serverAudits } from 'graphql-http';
import { nothingLogged, servedHere } from '../../support/raw/table';

const served = servedHere(['graphql']);

const CSRF =
  'A GET that any page could make a browser send is not answered (CSRF prevention of Apollo Server).';
const STATUS_400 = 'Apollo Server answers 400, so that what knows HTTP alone sees that it failed.';

/** By the id of the audit, why we do not do as it says. */
const NOT_DONE: Readonly<Record<string, string>> = {
  '5A70': CSRF,
  D6D5: CSRF,
  '6A70': CSRF,
  '572B': STATUS_400,
  FDE2: STATUS_400,
  '7B9B': STATUS_400,
};

const AUDITS = serverAudits({ url: () => `${served().address.graphql}/graphql`, fetchFn: fetch });

test.each(AUDITS.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ id, name, fn }) => {
  const result = await fn();
  const reason = 'reason' in result ? result.reason : '';
  if (id in NOT_DONE) {
    expect(name).toMatch(/^(SHOULD|MAY)/);
    expect(result.status).not.toBe('ok');
  } else {
    expect([result.status, reason]).toStrictEqual(['ok', '']);
  }
});

test('the audits have MUSTs, and those that we leave out are among the audits', () => {
  expect(AUDITS.filter(({ name }) => name.startsWith('MUST')).length).toBeGreaterThan(10);
  expect(AUDITS.map(({ id }) => id)).toStrictEqual(expect.arrayContaining(Object.keys(NOT_DONE)));
});

nothingLogged(served);
