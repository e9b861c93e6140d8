/** gRPC: the token is metadata; an empty list equals an absent one, so a mask names the fields to change (AIP-134). */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, Metadata, makeClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const includeDirs = [`${import.meta.dirname}/../../protos`];
const proto = loadSync('skills/v1/skills.proto', { includeDirs, enums: String, arrays: true });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const createSkill = promisify(client.createSkill!.bind(client));
const updateSkill = promisify(client.updateSkill!.bind(client));
const deleteSkill = promisify(client.deleteSkill!.bind(client));
const getSkill = promisify(client.getSkill!.bind(client));
const metadata = new Metadata();
metadata.set('authorization', `Bearer ${process.env.TOKEN ?? process.argv[2]}`);
const id = 'sqlite-grpc';

const skill = { id, name: 'SQLite', categoryIds: ['relational-databases'], tags: ['sql'] };
const { skill: created } = await createSkill({ skill }, metadata);

const patch = { level: 'SKILL_LEVEL_BEGINNER', tags: [] };
const updateMask = { paths: ['level', 'tags'] };
const { skill: updated } = await updateSkill({ id, etag: created.etag, patch, updateMask }, metadata);
updated.level = updated.level.replace('SKILL_LEVEL_', '');

await deleteSkill({ id, etag: updated.etag }, metadata);
const error: ServiceError = await getSkill({ id }).catch((thrown: unknown) => thrown);
const code = status[error.code];
client.close();

console.log(`created ${created.id} with tags [${created.tags}], etag ${created.etag}`);
console.log(`updated it to ${updated.level} and tags [${updated.tags}], etag ${updated.etag}`);
console.log(`deleted it: ${code}`);

assert.deepEqual(created.tags, ['sql']);
assert.deepEqual([updated.name, updated.level, updated.tags], ['SQLite', 'BEGINNER', []]);
assert.notEqual(updated.etag, created.etag);
assert.equal(code, 'NOT_FOUND');
