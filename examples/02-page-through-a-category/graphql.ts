/** GraphQL: a list is a Relay connection; `first` is the page size and `after` the cursor at the end of the last page. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const query = `query ($after: String) {
  skills(filter: { category: "security" }, first: 4, after: $after) {
    nodes { id }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Answer {
  data: { skills: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
}

const ids: string[] = [];
let pages = 0;
let after: string | null = null;
do {
  const answer: Response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: { after } }),
  });
  const { skills: page } = ((await answer.json()) as Answer).data;

  ids.push(...page.nodes.map(({ id }) => id));
  pages += 1;
  after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
} while (after);

console.log(`${ids.length} skills on ${pages} pages: ${ids.join(', ')}`);

assert.equal(pages, 3);
assert.deepEqual(ids.slice(0, 5), ['csrf', 'hashing', 'input-validation', 'jwt', 'oauth2']);
assert.deepEqual(ids.slice(5), ['rate-limiting', 'session-authentication', 'sql-injection', 'xss']);
