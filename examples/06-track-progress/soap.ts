/** SOAP: the token in the HTTP header of each call identifies the learner; no element does. */
import assert from 'node:assert/strict';
import { BearerSecurity, createClientAsync } from 'soap';

const url = process.env.SOAP_URL ?? 'http://127.0.0.1:4004/soap';
const client = await createClientAsync(`${url}?wsdl`);
client.setSecurity(new BearerSecurity(process.env.TOKEN ?? String(process.argv[2])));

interface Progress {
  skillId: string;
  status: string;
  updateTime: Date;
}

const [learned] = await client.SetProgressAsync({ skillId: 'python', status: 'LEARNED' });
await client.SetProgressAsync({ skillId: 'celery', status: 'LEARNING' });

const [list] = await client.ListProgressAsync({});
const items: Progress[] = list.items.item;
const [path] = await client.GetLearningPathAsync({ id: 'celery', fields: { item: ['name'] } });
const learnedIds: string[] = path.learnedIds.item;
const statusOf = (skillId: string) => items.find((one) => one.skillId === skillId)?.status;

for (const { skillId, status } of items) console.log(`${skillId}: ${status}`);
console.log(`on the way to Celery, these are learned: ${learnedIds}`);

assert.deepEqual([learned.progress.skillId, learned.progress.status], ['python', 'LEARNED']);
assert.deepEqual([statusOf('python'), statusOf('celery')], ['LEARNED', 'LEARNING']);
assert.ok(learnedIds.includes('python'));
