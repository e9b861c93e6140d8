/** GraphQL: the path is a field of its skill, so one query can return both. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const query = `query ($id: ID!) {
  skill(id: $id) { learningPath { skills { id name } edges { skillId requiresId } } }
}`;

interface Path {
  skills: { id: string; name: string }[];
  edges: { skillId: string; requiresId: string }[];
}

const answer = await fetch(url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ query, variables: { id: 'celery' } }),
});
const { data } = (await answer.json()) as { data: { skill: { learningPath: Path } } };
const path = data.skill.learningPath;
const needed = path.edges.filter((edge) => edge.skillId === 'celery').map((edge) => edge.requiresId);

for (const [index, { name }] of path.skills.entries()) console.log(`${index + 1}. ${name}`);
console.log(`Celery itself requires ${needed.join(' and ')}`);

assert.deepEqual(path.skills.at(-1), { id: 'celery', name: 'Celery' });
assert.deepEqual(
  path.skills.map(({ id }) => id),
  ['python', 'json', 'rest', 'background-tasks', 'celery'],
);
assert.deepEqual(needed, ['python', 'background-tasks']);
