/** GraphQL: the idempotency key is an argument of each mutation, because a document can have several; REST has a header. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const restUrl = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const headers = {
  Authorization: `Bearer ${process.env.TOKEN ?? process.argv[2]}`,
  'Content-Type': 'application/json',
};
const id = 'duckdb-graphql';
const skill = { id, name: 'DuckDB', categoryIds: ['relational-databases'] };
const key = randomUUID();

interface Skill {
  etag: string;
  createTime: string;
}
interface Answer {
  data: { skill: Skill };
  errors?: { extensions: { reason: string } }[];
}

const ask = async (query: string, variables: object) => {
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return (await answer.json()) as Answer;
};
const create = `mutation ($skill: NewSkill!, $key: String) {
  skill: createSkill(skill: $skill, idempotencyKey: $key) { etag createTime }
}`;
const first = (await ask(create, { skill, key })).data.skill;

const retry = await fetch(`${restUrl}/skills`, {
  method: 'POST',
  headers: { ...headers, 'Idempotency-Key': `"${key}"` },
  body: JSON.stringify(skill),
});
const again = (await retry.json()) as Skill;

const { errors } = await ask(create, { skill: { ...skill, name: 'Duck DB' }, key });
const reason = errors?.[0]?.extensions.reason;
await ask('mutation ($id: ID!) { deleteSkill(id: $id, etag: "*") }', { id });

console.log(`created at ${first.createTime}, etag ${first.etag}`);
console.log(`again through REST: created at ${again.createTime}, etag ${again.etag}`);
console.log(`the same key for another skill: ${reason}`);

assert.deepEqual([again.etag, again.createTime], [first.etag, first.createTime]);
assert.equal(reason, 'IDEMPOTENCY_KEY_REUSED');
