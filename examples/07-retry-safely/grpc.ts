/** gRPC: the idempotency key is the field `request_id` of the request (AIP-155); REST has a header. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { credentials, Metadata, makeClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const restUrl = process.env.REST_URL ?? 'http://127.0.0.1:4001/api';
const Authorization = `Bearer ${process.env.TOKEN ?? process.argv[2]}`;
const includeDirs = [`${import.meta.dirname}/../../protos`];
const proto = loadSync('skills/v1/skills.proto', { includeDirs, enums: String });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const createSkill = promisify(client.createSkill!.bind(client));
const deleteSkill = promisify(client.deleteSkill!.bind(client));
const metadata = new Metadata();
metadata.set('authorization', Authorization);
const id = 'duckdb-grpc';
const skill = { id, name: 'DuckDB', categoryIds: ['relational-databases'] };
const requestId = randomUUID();

const { skill: first } = await createSkill({ skill, requestId }, metadata);

const retry = await fetch(`${restUrl}/skills`, {
  method: 'POST',
  headers: { Authorization, 'Content-Type': 'application/json', 'Idempotency-Key': `"${requestId}"` },
  body: JSON.stringify(skill),
});
const again = (await retry.json()) as { etag: string };

const other = { skill: { ...skill, name: 'Duck DB' }, requestId };
const error: ServiceError = await createSkill(other, metadata).catch((thrown: unknown) => thrown);
const code = status[error.code];
await deleteSkill({ id, etag: '*' }, metadata);
client.close();

console.log(`created with etag ${first.etag}`);
console.log(`again through REST: ${retry.status} with etag ${again.etag}`);
console.log(`the same key for another skill: ${code}: ${error.details}`);

assert.deepEqual([retry.status, again.etag], [201, first.etag]);
assert.equal(code, 'FAILED_PRECONDITION');
