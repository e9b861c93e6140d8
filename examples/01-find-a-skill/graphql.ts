/** GraphQL: the query names every field of the response, nested ones too. The search alone could return all of them. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const headers = { 'Content-Type': 'application/json' };

const find = 'query ($text: String) { skills(filter: { text: $text }) { nodes { id name } totalSize } }';
const search = await fetch(url, {
  method: 'POST',
  headers,
  body: JSON.stringify({ query: find, variables: { text: 'json web token' } }),
});
const { data: page } = (await search.json()) as {
  data: { skills: { nodes: { id: string; name: string }[]; totalSize: number } };
};
const [found] = page.skills.nodes;

const get = 'query ($id: ID!) { skill(id: $id) { name level requires { id } } }';
const answer = await fetch(url, {
  method: 'POST',
  headers,
  body: JSON.stringify({ query: get, variables: { id: found?.id } }),
});
const { data } = (await answer.json()) as {
  data: { skill: { name: string; level: string; requires: { id: string }[] } };
};
const skill = { ...data.skill, requires: data.skill.requires.map(({ id }) => id) };

console.log(`"json web token" finds ${page.skills.totalSize}: ${found?.name}`);
console.log(`${skill.name} (${skill.level}) requires ${skill.requires.join(' and ')}`);

assert.equal(answer.status, 200);
assert.deepEqual(page.skills.nodes, [{ id: 'jwt', name: 'JWT' }]);
assert.deepEqual(skill, { name: 'JWT', level: 'INTERMEDIATE', requires: ['json', 'hashing'] });
