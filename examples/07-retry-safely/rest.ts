/** REST: a client can repeat a POST with an Idempotency-Key if it lost the response, even through another protocol. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const graphqlUrl = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const Authorization = `Bearer ${process.env.TOKEN ?? process.argv[2]}`;
const id = 'duckdb-rest';
const skill = { id, name: 'DuckDB', categoryIds: ['relational-databases'] };
const key = randomUUID();

interface Skill {
  etag: string;
  createTime: string;
}

const create = (body: object) =>
  fetch(`${url}/skills`, {
    method: 'POST',
    // A structured string (RFC 9651) has quotes.
    headers: { Authorization, 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` },
    body: JSON.stringify(body),
  });
const first = (await (await create(skill)).json()) as Skill;

const query = `mutation ($skill: NewSkill!, $key: String) {
  skill: createSkill(skill: $skill, idempotencyKey: $key) { etag createTime }
}`;
const retry = await fetch(graphqlUrl, {
  method: 'POST',
  headers: { Authorization, 'Content-Type': 'application/json' },
  body: JSON.stringify({ query, variables: { skill, key } }),
});
const again = ((await retry.json()) as { data: { skill: Skill } }).data.skill;

const other = await create({ ...skill, name: 'Duck DB' });
const { reason } = (await other.json()) as { reason: string };
await fetch(`${url}/skills/${id}`, { method: 'DELETE', headers: { Authorization, 'If-Match': '*' } });

console.log(`created at ${first.createTime}, etag ${first.etag}`);
console.log(`again through GraphQL: created at ${again.createTime}, etag ${again.etag}`);
console.log(`the same key for another skill: ${other.status} ${reason}`);

assert.deepEqual([again.etag, again.createTime], [first.etag, first.createTime]);
assert.deepEqual([other.status, reason], [422, 'IDEMPOTENCY_KEY_REUSED']);
