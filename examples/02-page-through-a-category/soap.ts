/** SOAP: the page token is an element of the request, and the last page has none. */
import assert from 'node:assert/strict';
import { createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);

const ids: string[] = [];
let pages = 0;
let pageToken: string | undefined;
do {
  const fields = { item: ['id'] };
  const [page] = await client.ListSkillsAsync({ category: 'security', pageSize: 4, pageToken, fields });

  ids.push(...page.items.item.map(({ id }: { id: string }) => id));
  pages += 1;
  pageToken = page.nextPageToken;
} while (pageToken);

console.log(`${ids.length} skills on ${pages} pages: ${ids.join(', ')}`);

assert.equal(pages, 3);
assert.deepEqual(ids.slice(0, 5), ['csrf', 'hashing', 'input-validation', 'jwt', 'oauth2']);
assert.deepEqual(ids.slice(5), ['rate-limiting', 'session-authentication', 'sql-injection', 'xss']);
