/** GraphQL: a change is a mutation; the token is a header, the etag an argument, and absent fields of a patch are kept. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const Authorization = `Bearer ${process.env.TOKEN ?? process.argv[2]}`;
const id = 'sqlite-graphql';

interface Skill {
  id: string;
  name: string;
  level: string | null;
  tags: string[];
  etag: string;
}
interface Answer {
  data: { skill: Skill };
  errors?: { extensions: { domainCode: string } }[];
}

const ask = async (query: string, variables: object) => {
  const headers = { Authorization, 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return (await answer.json()) as Answer;
};

const create = `mutation ($skill: NewSkill!) {
  skill: createSkill(skill: $skill) { id name level tags etag }
}`;
const skill = { id, name: 'SQLite', categoryIds: ['relational-databases'], tags: ['sql'] };
const created = (await ask(create, { skill })).data.skill;

const update = `mutation ($id: ID!, $etag: String, $patch: SkillPatch!) {
  skill: updateSkill(id: $id, etag: $etag, patch: $patch) { id name level tags etag }
}`;
const patch = { level: 'BEGINNER', tags: [] };
const updated = (await ask(update, { id, etag: created.etag, patch })).data.skill;

const remove = 'mutation ($id: ID!, $etag: String) { deleteSkill(id: $id, etag: $etag) }';
await ask(remove, { id, etag: updated.etag });
const { errors } = await ask('query ($id: ID!) { skill(id: $id) { id } }', { id });
const code = errors?.[0]?.extensions.domainCode;

console.log(`created ${created.id} with tags [${created.tags}], etag ${created.etag}`);
console.log(`updated it to ${updated.level} and tags [${updated.tags}], etag ${updated.etag}`);
console.log(`deleted it: ${code}`);

assert.deepEqual(created.tags, ['sql']);
assert.deepEqual([updated.name, updated.level, updated.tags], ['SQLite', 'BEGINNER', []]);
assert.notEqual(updated.etag, created.etag);
assert.equal(code, 'NOT_FOUND');
