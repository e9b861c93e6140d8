/** gRPC: the token in the metadata of each call identifies the learner; no field does. */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, Metadata, makeClientConstructor } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const includeDirs = [`${import.meta.dirname}/../../protos`];
const proto = loadSync('skills/v1/skills.proto', { includeDirs, enums: String });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const setProgress = promisify(client.setProgress!.bind(client));
const listProgress = promisify(client.listProgress!.bind(client));
const getLearningPath = promisify(client.getLearningPath!.bind(client));
const metadata = new Metadata();
metadata.set('authorization', `Bearer ${process.env.TOKEN ?? process.argv[2]}`);

interface Progress {
  skillId: string;
  status: string;
}

const learned = await setProgress({ skillId: 'python', status: 'PROGRESS_STATUS_LEARNED' }, metadata);
await setProgress({ skillId: 'celery', status: 'PROGRESS_STATUS_LEARNING' }, metadata);

const list: { progress: Progress[] } = await listProgress({}, metadata);
const path = await getLearningPath({ id: 'celery', readMask: { paths: ['name'] } }, metadata);
client.close();
const nameOf = ({ status }: Progress) => status.replace('PROGRESS_STATUS_', '');
const statusOf = (skillId: string) => nameOf(list.progress.find((one) => one.skillId === skillId)!);

for (const one of list.progress) console.log(`${one.skillId}: ${nameOf(one)}`);
console.log(`on the way to Celery, these are learned: ${path.learnedIds}`);

assert.deepEqual([learned.progress.skillId, nameOf(learned.progress)], ['python', 'LEARNED']);
assert.deepEqual([statusOf('python'), statusOf('celery')], ['LEARNED', 'LEARNING']);
assert.ok(path.learnedIds.includes('python'));
