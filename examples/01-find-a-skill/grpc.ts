/** gRPC: the client methods come from the .proto file, a read mask selects fields, and enum values have a prefix. */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, makeClientConstructor } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const includeDirs = [`${import.meta.dirname}/../../protos`];
const proto = loadSync('skills/v1/skills.proto', { includeDirs, enums: String });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const listSkills = promisify(client.listSkills!.bind(client));
const getSkill = promisify(client.getSkill!.bind(client));

const page = await listSkills({ text: 'json web token', readMask: { paths: ['id', 'name'] } });
const [found] = page.skills;

const answer = await getSkill({ id: found.id, readMask: { paths: ['name', 'level', 'requires'] } });
const skill = { ...answer.skill, level: answer.skill.level.replace('SKILL_LEVEL_', '') };
client.close();

console.log(`"json web token" finds ${page.totalSize}: ${found.name}`);
console.log(`${skill.name} (${skill.level}) requires ${skill.requires.join(' and ')}`);

assert.deepEqual(page.skills, [{ id: 'jwt', name: 'JWT' }]);
assert.deepEqual(skill, { name: 'JWT', level: 'INTERMEDIATE', requires: ['json', 'hashing'] });
