/** REST: progress is a resource per skill; the token identifies the learner, so no path does. */
import assert from 'node:assert/strict';

const url = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const headers = {
  Authorization: `Bearer ${process.env.TOKEN ?? process.argv[2]}`,
  'Content-Type': 'application/json',
};

interface Progress {
  skillId: string;
  status: string;
  updateTime: string;
}

const setProgress = (skillId: string, status: string) =>
  fetch(`${url}/progress/${skillId}`, { method: 'PUT', headers, body: JSON.stringify({ status }) });

const learned = (await (await setProgress('python', 'LEARNED')).json()) as Progress;
const change = await setProgress('celery', 'LEARNING');

const { items } = (await (await fetch(`${url}/progress`, { headers })).json()) as { items: Progress[] };
const answer = await fetch(`${url}/skills/celery/learning-path?fields=name`, { headers });
const path = (await answer.json()) as { learnedIds: string[] };
const statusOf = (skillId: string) => items.find((one) => one.skillId === skillId)?.status;

for (const { skillId, status } of items) console.log(`${skillId}: ${status}`);
console.log(`on the way to Celery, these are learned: ${path.learnedIds}`);

assert.equal(change.status, 200);
assert.deepEqual([learned.skillId, learned.status], ['python', 'LEARNED']);
assert.deepEqual([statusOf('python'), statusOf('celery')], ['LEARNED', 'LEARNING']);
assert.ok(path.learnedIds.includes('python'));
