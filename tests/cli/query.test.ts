/** `rosetta query` against an embedded service, and against a running server. */
import { execFileSync } from 'node:child_process';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { tempFolder } from '../support/temp';
import { run, start, tokenFor } from './run';

/** Ports that nothing listens on, so that the service is embedded. */
const CLOSED = { REST_PORT: '1', GRAPHQL_PORT: '1', GRPC_PORT: '1', SOAP_PORT: '1' };
const FREE = {
  REST_PORT: '0',
  GRAPHQL_PORT: '0',
  GRPC_PORT: '0',
  SOAP_PORT: '0',
  AUTH_PORT: '0',
  EXPLORER_PORT: '0',
};
const embedded = () => ({ ...CLOSED, ROSETTA_DATA: tempFolder() });

test('all four say the same, once', async () => {
  const { code, out, err } = await run(['query', 'getSkill', 'graphql', '--via', 'all'], embedded());
  expect({ code, err }).toEqual({ code: 0, err: '✓ the same answer through REST, GraphQL, gRPC, SOAP\n' });
  expect(JSON.parse(out)).toMatchObject({ id: 'graphql', name: 'GraphQL' });
});

test('an error is shown once too, and ends with code 1', async () => {
  const { code, out, err } = await run(['query', 'getSkill', 'cobol', '--via', 'all,direct'], embedded());
  expect(code).toBe(1);
  expect(err).toContain('the same error through REST, GraphQL, gRPC, SOAP, the service itself');
  expect(JSON.parse(out).error).toMatchObject({ code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND' });
});

test('--wire shows each request and response, protobuf as hex beside what it says', async () => {
  const { code, out } = await run(['query', 'getSkill', 'git', 'fields=id,name', '--wire'], embedded());
  expect(code).toBe(0);
  expect(out).toContain('GET /api/skills/git?fields=id,name HTTP/1.1');
  expect(out).toContain('{"data":{"skill":{"id":"git","name":"Git"}}}');
  expect(out).toMatch(/^0a 03 67 69 74 +id: "git"$/m);
  expect(out).toContain('<skill><id>git</id><name>Git</name></skill>');
  expect(out).toMatch(/^grpc-status: 0$/m);
});

test('--json gives programs the answers and the wire', async () => {
  const { out } = await run(
    ['query', 'listSkills', 'text=sql', 'pageSize=2', '--json', '--wire'],
    embedded(),
  );
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    operation: 'listSkills',
    input: { text: 'sql', pageSize: 2 },
    agree: true,
  });
  expect(Object.keys(document.answers)).toEqual(PROTOCOL_NAMES);
  expect(document.wire.rest.request.startLine).toBe('GET /api/skills?q=sql&pageSize=2 HTTP/1.1');
});

test('--as gives calls to paste and makes none of them', async () => {
  const environment = embedded();
  const update = ['query', 'updateSkill', 'git', 'etag=*', `patch={"name":"It's"}`];
  const curl = await run([...update, '--as', 'curl'], environment);
  expect(curl.out.match(/^curl 'http:\/\/127\.0\.0\.1:1\/(api\/skills\/git|graphql|soap)'/gm)).toHaveLength(
    3,
  );
  expect(curl.out).toContain(`--data-raw '{"name":"It'\\''s"}'`);
  const grpcurl = await run([...update, '--as', 'grpcurl'], environment);
  expect(grpcurl.out).toContain('"updateMask":"name"');
  expect(grpcurl.out).toContain('127.0.0.1:1 skills.v1.SkillsService/UpdateSkill');
  const envelope = await run([...update, '--as', 'envelope'], environment);
  expect(envelope.out).toContain('<UpdateSkill xmlns="urn:api-rosetta:skills:v1"><id>git</id>');
  const after = await run(['query', 'getSkill', 'git', 'fields=name', '--via', 'direct'], environment);
  expect(JSON.parse(after.out)).toEqual({ name: 'Git' });
});

test('a write goes through one protocol, and the embedded service keeps it', async () => {
  const environment = embedded();
  const update = ['query', 'updateSkill', 'git', 'etag=*', 'patch={"level":null}'];
  const token = await tokenFor(environment);
  expect(await run(update, environment)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--via rest'),
  });
  expect(await run([...update, '--via', 'all'], environment)).toMatchObject({ code: 2 });
  expect(await run([...update, '--via', 'soap', '--token', token], environment)).toMatchObject({ code: 0 });
  const after = await run(['query', 'getSkill', 'git', 'fields=id,level', '--via', 'grpc'], environment);
  expect(JSON.parse(after.out)).toEqual({ id: 'git' });
});

test("progress is the token's own, and shows in a learning path", async () => {
  const environment = embedded();
  const token = ['--token', await tokenFor(environment, ['--subject', 'ada'])];
  const set = ['query', 'setProgress', 'git', 'status=LEARNED'];
  expect(await run([...set, '--via', 'soap', ...token], environment)).toMatchObject({ code: 0 });
  const list = await run(['query', 'listProgress', '--via', 'all,direct', ...token], environment);
  expect(JSON.parse(list.out)).toMatchObject([{ skillId: 'git', status: 'LEARNED' }]);
  const path = await run(['query', 'getLearningPath', 'git', 'fields=id', ...token], environment);
  expect(JSON.parse(path.out)).toMatchObject({ learnedIds: ['git'] });
}, 60_000);

test('a write without a token says how to make one, and so does one without the scope', async () => {
  const environment = embedded();
  const create = ['query', 'createSkill', '{"skill":{"id":"vim","name":"Vim","categoryIds":["tools"]}}'];
  const anonymous = await run([...create, '--via', 'soap'], environment);
  expect(anonymous.code).toBe(1);
  expect(JSON.parse(anonymous.out).error).toMatchObject({ reason: 'TOKEN_REQUIRED' });
  const hint = 'rosetta token --scope skills:write';
  expect(anonymous.err).toContain(hint);
  const token = await tokenFor(environment, []);
  const scopeless = await run([...create, '--via', 'grpc', '--token', token], environment);
  expect(JSON.parse(scopeless.out).error).toMatchObject({ reason: 'SCOPE_REQUIRED' });
  expect(scopeless.err).toContain(hint);
});

test('the same idempotency key through another protocol has no second effect', async () => {
  const environment = embedded();
  const create = ['query', 'createSkill', '{"skill":{"id":"vim","name":"Vim","categoryIds":["tools"]}}'];
  const sure = ['--token', await tokenFor(environment), '--idempotency-key', 'one'];
  const first = await run([...create, '--via', 'rest', ...sure], environment);
  expect(first.code).toBe(0);
  const again = await run([...create, '--via', 'grpc', ...sure], environment);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
}, 60_000);

test('a token is sent, and never shown', async () => {
  const environment = embedded();
  const token = await tokenFor(environment);
  const list = ['query', 'listProgress', '--token', token];
  for (const form of [[], ['--json']]) {
    const { code, out, err } = await run([...list, '--wire', ...form], environment);
    expect(code).toBe(0);
    expect(out.match(/authorization"?: "?Bearer \(token\)/g)).toHaveLength(4);
    expect(out + err).not.toContain(token);
  }
  for (const [form, placeholder, count] of [
    ['curl', '-H "authorization: Bearer $ROSETTA_TOKEN"', 3],
    ['grpcurl', '-H "authorization: Bearer $ROSETTA_TOKEN"', 1],
    ['envelope', '>$ROSETTA_TOKEN</wsse:BinarySecurityToken>', 1],
  ] as const) {
    const { out } = await run([...list, '--as', form], environment);
    expect(out.split(placeholder)).toHaveLength(1 + count);
    expect(out).not.toContain(token);
  }
  const needed = await run(['query', 'listProgress', '--as', 'grpcurl'], environment);
  expect(needed.out).toContain('$ROSETTA_TOKEN');
  const read = await run(['query', 'getSkill', 'git', '--as', 'grpcurl'], environment);
  expect(read.out).not.toContain('ROSETTA_TOKEN');
}, 60_000);

test('what --as gives works as it is pasted, with the token in the environment', async () => {
  const folder = { ROSETTA_DATA: tempFolder(), AUTH_PORT: '0', EXPLORER_PORT: '0' };
  const server = start(['serve', '--only', 'rest,graphql,soap'], { ...FREE, ...folder });
  const out = await server.printed('Press Ctrl+C');
  const [REST_PORT = '', GRAPHQL_PORT = '', SOAP_PORT = ''] = [
    ...out.matchAll(/^ {2}http:\/\/127\.0\.0\.1:(\d+)/gm),
  ].map(([, port]) => String(port));
  const environment = { ...folder, REST_PORT, GRAPHQL_PORT, SOAP_PORT };
  const ROSETTA_TOKEN = await tokenFor(environment);
  const shell = (script: string) =>
    execFileSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, ROSETTA_TOKEN },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const set = ['query', 'setProgress', 'git', 'status=PLANNED'];
  for (const via of ['rest', 'graphql', 'soap'])
    expect(shell((await run([...set, '--via', via, '--as', 'curl'], environment)).out)).toContain('PLANNED');
  const envelope = (await run([...set, '--as', 'envelope'], environment)).out.trim();
  const address = `http://127.0.0.1:${SOAP_PORT}/soap`;
  const type = 'content-type: text/xml; charset=utf-8';
  const filled = envelope.replace('$ROSETTA_TOKEN', ROSETTA_TOKEN);
  expect(shell(`curl -sS ${address} -H '${type}' --data-raw '${filled}'`)).toContain('PLANNED');
  server.child.kill('SIGTERM');
  await server.ended;
}, 60_000);

test('a running server is asked where there is one', async () => {
  const folder = { ROSETTA_DATA: tempFolder(), AUTH_PORT: '0', EXPLORER_PORT: '0' };
  const server = start(['serve', '--only', 'rest,grpc'], { ...FREE, ...folder });
  const out = await server.printed('Press Ctrl+C');
  const ports = [...out.matchAll(/^ {2}(?:http:\/\/)?127\.0\.0\.1:(\d+)/gm)].map(([, port]) => String(port));
  const environment = {
    ...embedded(),
    REST_PORT: String(ports[0]),
    GRPC_PORT: String(ports[1]),
    ROSETTA_TOKEN: await tokenFor(folder),
  };
  const create = ['query', 'createSkill', '{"skill":{"id":"vim","name":"Vim","categoryIds":["tools"]}}'];
  expect(await run([...create, '--via', 'grpc'], environment)).toMatchObject({ code: 0 });
  const read = await run(['query', 'getSkill', 'vim', 'fields=name', '--via', 'rest,grpc'], environment);
  expect(JSON.parse(read.out)).toEqual({ name: 'Vim' });
  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0, err: '' });
});

test.each([
  [['query', 'getSkil', 'git'], 'did you mean getSkill?'],
  [['query', 'getSkill', 'git', 'feilds=id'], 'did you mean fields?'],
  [['query', 'createSkill', '{"skill":'], 'is not JSON'],
  [['query', 'getSkill', 'git', '--via', 'corba'], 'rest, graphql, grpc, soap, direct'],
  [['query', 'getSkill', 'git', '--as', 'envelope', '--via', 'grpc'], 'use --via soap'],
  [['query', 'getSkill', 'git', '--wier'], '--wire'],
  [['serve', '--only', 'rset'], 'rest, graphql, grpc, soap, auth'],
  [['token', '--expires', '1w'], 'write it as 90s, 5m, 1h or 7d'],
  [['token', '--scope', 'skills:wirte'], 'there is skills:write'],
  [['sevre'], 'serve'],
])('a mistake is a line, a hint and exit code 2: %j', async (words, hint) => {
  const { code, out, err } = await run(words, embedded());
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(hint);
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
  expect(err).not.toMatch(/^ {4}at /m);
});

test('--help names every operation with the members of its input', async () => {
  const { code, out } = await run(['query', '--help']);
  expect(code).toBe(0);
  for (const operation of OPERATION_NAMES) expect(out).toContain(operation);
  expect(out).toContain('category tag text orderBy pageSize pageToken fields');
});
