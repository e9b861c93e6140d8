/** gRPC: the call rejects with a code; reason and fields are in a binary trailer (AIP-193). */
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { credentials, Metadata, makeClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type ServiceDefinition } from '@grpc/proto-loader';

const target = process.env.GRPC_TARGET ?? '127.0.0.1:4003';
const includeDirs = [`${import.meta.dirname}/../../protos`];
const files = ['skills/v1/skills.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'];
// `json` unpacks each detail and names its type in `@type`.
const proto = loadSync(files, { includeDirs, enums: String, json: true });
const SkillsService = makeClientConstructor(proto['skills.v1.SkillsService'] as ServiceDefinition, '');
const client = new SkillsService(target, credentials.createInsecure());
const getSkill = promisify(client.getSkill!.bind(client));
const updateSkill = promisify(client.updateSkill!.bind(client));
const metadata = new Metadata();
metadata.set('authorization', `Bearer ${process.env.TOKEN ?? process.argv[2]}`);

interface Status {
  details: { '@type': string; reason?: string; fieldViolations?: { field: string }[] }[];
}
const statusMessage = proto['google.rpc.Status'] as MessageTypeDefinition<Status, Status>;

const errorOf = async (answer: Promise<never>) => {
  const error: ServiceError = await answer.catch((thrown) => thrown);
  const [packed] = error.metadata.get('grpc-status-details-bin');
  if (!packed) throw error; // Errors of the library itself, such as a failed connection, have no details.
  const { details } = statusMessage.deserialize(packed as Buffer);
  const detail = (type: string) => details.find((one) => one['@type'].endsWith(type));
  const code = status[error.code];
  const reason = detail('ErrorInfo')?.reason;
  console.log(`${error.code} ${code} ${reason}: ${error.details}`);
  return { code, reason, field: detail('BadRequest')?.fieldViolations?.[0]?.field };
};

const unknown = await errorOf(getSkill({ id: 'cobol' }));
const update = { id: 'git', patch: { summary: 'Mine' } };
const old = { ...update, etag: 'read-long-ago' };
const anonymous = await errorOf(updateSkill(update));
const missing = await errorOf(updateSkill(update, metadata));
const stale = await errorOf(updateSkill(old, metadata));
const wrong = await errorOf(updateSkill({ ...old, patch: { name: '' } }, metadata));
client.close();

assert.deepEqual(unknown, { code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND', field: undefined });
assert.deepEqual(anonymous, { code: 'UNAUTHENTICATED', reason: 'TOKEN_REQUIRED', field: undefined });
assert.deepEqual(missing, { code: 'FAILED_PRECONDITION', reason: 'ETAG_REQUIRED', field: 'etag' });
assert.deepEqual(stale, { code: 'ABORTED', reason: 'ETAG_MISMATCH', field: undefined });
assert.deepEqual(wrong, { code: 'INVALID_ARGUMENT', reason: 'INVALID_INPUT', field: 'patch.name' });
