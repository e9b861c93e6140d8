/** REST: the path is a resource below its skill; `fields` selects the fields of its skills, but not of its edges. */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';

interface Path {
  skills: { id: string; name: string }[];
  edges: { skillId: string; requiresId: string }[];
}

const answer = await fetch(`${url}/skills/celery/learning-path?fields=id,name`);
const path = (await answer.json()) as Path;
const needed = path.edges.filter((edge) => edge.skillId === 'celery').map((edge) => edge.requiresId);

for (const [index, { name }] of path.skills.entries()) console.log(`${index + 1}. ${name}`);
console.log(`Celery itself requires ${needed.join(' and ')}`);

assert.deepEqual(path.skills.at(-1), { id: 'celery', name: 'Celery' });
assert.deepEqual(
  path.skills.map(({ id }) => id),
  ['python', 'json', 'rest', 'background-tasks', 'celery'],
);
assert.deepEqual(needed, ['python', 'background-tasks']);
