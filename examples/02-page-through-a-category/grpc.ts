/** gRPC: the page token is a field of the request, and an empty one marks the last page (AIP-158). */
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

const ids: string[] = [];
let pages = 0;
let pageToken: string | undefined;
do {
  const readMask = { paths: ['id'] };
  const page = await listSkills({ category: 'security', pageSize: 4, pageToken, readMask });

  ids.push(...page.skills.map(({ id }: { id: string }) => id));
  pages += 1;
  pageToken = page.nextPageToken;
} while (pageToken);
client.close();

console.log(`${ids.length} skills on ${pages} pages: ${ids.join(', ')}`);

assert.equal(pages, 3);
assert.deepEqual(ids.slice(0, 5), ['csrf', 'hashing', 'input-validation', 'jwt', 'oauth2']);
assert.deepEqual(ids.slice(5), ['rate-limiting', 'session-authentication', 'sql-injection', 'xss']);
