/** REST: the page token is a query parameter; a Link header also holds the URL of the next page (RFC 8288). */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';

const ids: string[] = [];
let pages = 0;
let pageToken = '';
do {
  const query = new URLSearchParams({ category: 'security', pageSize: '4', fields: 'id' });
  if (pageToken) query.set('pageToken', pageToken);
  const answer = await fetch(`${url}/skills?${query}`);
  const page = (await answer.json()) as { items: { id: string }[]; nextPageToken?: string };

  ids.push(...page.items.map(({ id }) => id));
  pages += 1;
  pageToken = page.nextPageToken ?? '';
} while (pageToken);

console.log(`${ids.length} skills on ${pages} pages: ${ids.join(', ')}`);

assert.equal(pages, 3);
assert.deepEqual(ids.slice(0, 5), ['csrf', 'hashing', 'input-validation', 'jwt', 'oauth2']);
assert.deepEqual(ids.slice(5), ['rate-limiting', 'session-authentication', 'sql-injection', 'xss']);
