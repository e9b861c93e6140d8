/** SOAP: a list is an element, so `item` elements hold the skills and edges of the response. */
import assert from 'node:assert/strict';
import { createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);

interface Path {
  skills: { id: string; name: string }[];
  edges: { skillId: string; requiresId: string }[];
}

const [answer] = await client.GetLearningPathAsync({ id: 'celery', fields: { item: ['id', 'name'] } });
const path: Path = { skills: answer.skills.item, edges: answer.edges.item };
const needed = path.edges.filter((edge) => edge.skillId === 'celery').map((edge) => edge.requiresId);

for (const [index, { name }] of path.skills.entries()) console.log(`${index + 1}. ${name}`);
console.log(`Celery itself requires ${needed.join(' and ')}`);

assert.deepEqual(path.skills.at(-1), { id: 'celery', name: 'Celery' });
assert.deepEqual(
  path.skills.map(({ id }) => id),
  ['python', 'json', 'rest', 'background-tasks', 'celery'],
);
assert.deepEqual(needed, ['python', 'background-tasks']);
