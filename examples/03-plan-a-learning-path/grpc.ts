/** gRPC: the path has its own method, whose read mask names the fields of the skills in the response. */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, makeClientConstructor } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const includeDirs = [`${import.meta.dirname}/../../protos`];
const proto = loadSync('skills/v1/skills.proto', { includeDirs, enums: String });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const getLearningPath = promisify(client.getLearningPath!.bind(client));

interface Path {
  skills: { id: string; name: string }[];
  edges: { skillId: string; requiresId: string }[];
}

const path: Path = await getLearningPath({ id: 'celery', readMask: { paths: ['id', 'name'] } });
client.close();
const needed = path.edges.filter((edge) => edge.skillId === 'celery').map((edge) => edge.requiresId);

for (const [index, { name }] of path.skills.entries()) console.log(`${index + 1}. ${name}`);
console.log(`Celery itself requires ${needed.join(' and ')}`);

assert.deepEqual(path.skills.at(-1), { id: 'celery', name: 'Celery' });
assert.deepEqual(
  path.skills.map(({ id }) => id),
  ['python', 'json', 'rest', 'background-tasks', 'celery'],
);
assert.deepEqual(needed, ['python', 'background-tasks']);
