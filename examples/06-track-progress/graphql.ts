/** GraphQL: one mutation can set several statuses in order, and one query returns the list and the path. */
import assert from 'node:assert/strict';

const url = process.env.GRAPHQL_URL ?? 'http://127.0.0.1:4002/graphql';
const headers = {
  Authorization: `Bearer ${process.env.TOKEN ?? process.argv[2]}`,
  'Content-Type': 'application/json',
};

interface Progress {
  skill: { id: string; name: string };
  status: string;
}

const ask = async <T>(query: string): Promise<T> => {
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return ((await answer.json()) as { data: T }).data;
};

const { learned, learning } = await ask<{ learned: Progress; learning: Progress }>(`mutation {
  learned: setProgress(skillId: "python", status: LEARNED) { skill { id name } status }
  learning: setProgress(skillId: "celery", status: LEARNING) { skill { id name } status }
}`);

const { progress, skill } = await ask<{
  progress: { nodes: Progress[] };
  skill: { learningPath: { learnedIds: string[] } };
}>(`{
  progress { nodes { skill { id name } status } }
  skill(id: "celery") { learningPath { learnedIds } }
}`);
const { learnedIds } = skill.learningPath;
const statusOf = (id: string) => progress.nodes.find((one) => one.skill.id === id)?.status;

for (const one of progress.nodes) console.log(`${one.skill.name}: ${one.status}`);
console.log(`on the way to Celery, these are learned: ${learnedIds}`);

assert.equal(learning.status, 'LEARNING');
assert.deepEqual([learned.skill.id, learned.status], ['python', 'LEARNED']);
assert.deepEqual([statusOf('python'), statusOf('celery')], ['LEARNED', 'LEARNING']);
assert.ok(learnedIds.includes('python'));
