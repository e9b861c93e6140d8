/** `rosetta query` against a running server, and against an embedded service on the same data folder. */
import { execFileSync } from 'node:child_process';
import { PROTOCOL_NAMES } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { tempFolder } from '../support/temp';
import { run, start, tokenFor } from './run';

/** Ports without a server, so that the service is embedded. */
const CLOSED = { REST_PORT: '1', GRAPHQL_PORT: '1', GRPC_PORT: '1', SOAP_PORT: '1' };
const FREE = { REST_PORT: '0', GRAPHQL_PORT: '0', GRPC_PORT: '0', SOAP_PORT: '0', AUTH_PORT: '0' };
const folder = { ROSETTA_DATA: tempFolder(), AUTH_PORT: '0' };
const embedded = { ...CLOSED, ...folder };

/** The environment of a client of the running server: its ports, and another data folder. */
let running: typeof CLOSED & typeof folder;
let [mayWrite, adas] = ['', ''];
beforeAll(async () => {
  const server = start(['serve', '--only', PROTOCOL_NAMES.join()], { ...FREE, ...folder });
  const out = await server.printed('Press Ctrl+C');
  const ports = [...out.matchAll(/^ {2}(?:http:\/\/)?127\.0\.0\.1:(\d+)/gm)].map(([, port]) => String(port));
  const [REST_PORT = '', GRAPHQL_PORT = '', GRPC_PORT = '', SOAP_PORT = ''] = ports;
  running = { REST_PORT, GRAPHQL_PORT, GRPC_PORT, SOAP_PORT, ROSETTA_DATA: tempFolder(), AUTH_PORT: '0' };
  [mayWrite, adas] = await Promise.all([tokenFor(folder), tokenFor(folder, ['--subject', 'ada'])]);
});

const CREATE = ['query', 'createSkill', '{"skill":{"id":"vim","name":"Vim","categoryIds":["tools"]}}'];

test('four equal answers are printed once', async () => {
  const { code, out, err } = await run(['query', 'getSkill', 'graphql', '--via', 'all'], embedded);
  expect({ code, err }).toEqual({ code: 0, err: '✓ the same answer through REST, GraphQL, gRPC, SOAP\n' });
  expect(JSON.parse(out)).toMatchObject({ id: 'graphql', name: 'GraphQL' });
});

test('four equal errors are printed once, with exit code 1', async () => {
  const { code, out, err } = await run(['query', 'getSkill', 'cobol', '--via', 'grpc,direct'], embedded);
  expect(code).toBe(1);
  expect(err).toContain('the same error through gRPC, the service itself');
  expect(JSON.parse(out).error).toMatchObject({ code: 'NOT_FOUND', reason: 'SKILL_NOT_FOUND' });
});

test('--wire shows each request and response, protobuf as hex beside its decoded fields, and not the token', async () => {
  const words = ['query', 'getSkill', 'git', 'fields=id,name', '--wire', '--token', adas];
  const { code, out, err } = await run(words, running);
  expect(code).toBe(0);
  expect(out).toContain('GET /api/skills/git?fields=id,name HTTP/1.1');
  expect(out).toContain('{"data":{"skill":{"id":"git","name":"Git"}}}');
  expect(out).toMatch(/^0a 03 67 69 74 +id: "git"$/m);
  expect(out).toContain('<skill><id>git</id><name>Git</name></skill>');
  expect(out).toMatch(/^grpc-status: 0$/m);
  expect(out.match(/^authorization: Bearer \(token\)$/gim)).toHaveLength(4);
  expect(out + err).not.toContain(adas);
});

test('--json gives programs the answers and the wire, and not the token', async () => {
  const words = ['query', 'listSkills', 'text=sql', 'pageSize=2', '--json', '--wire', '--token', adas];
  const { code, out, err } = await run(words, running);
  expect(code).toBe(0);
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    operation: 'listSkills',
    input: { text: 'sql', pageSize: 2 },
    agree: true,
  });
  expect(Object.keys(document.answers)).toEqual(PROTOCOL_NAMES);
  expect(document.wire.rest.request.startLine).toBe('GET /api/skills?q=sql&pageSize=2 HTTP/1.1');
  expect(out.match(/authorization": "Bearer \(token\)"/gi)).toHaveLength(4);
  expect(out + err).not.toContain(adas);
});

test('--as prints calls to paste without calling the server or showing the token; pasted, they work', async () => {
  const TOKEN_HEADER = '-H "authorization: Bearer $ROSETTA_TOKEN"';
  const update = ['query', 'updateSkill', 'soap', 'etag=*', `patch={"name":"It's"}`];
  const as = async (form: string, ...words: string[]) =>
    (await run([...update, '--as', form, ...words], running)).out;

  const curl = await as('curl', '--token', mayWrite);
  expect(curl.match(/^curl 'http:\/\/127\.0\.0\.1:\d+\/(api\/skills\/soap|graphql|soap)'/gm)).toHaveLength(3);
  expect(curl).toContain(`--data-raw '{"name":"It'\\''s"}'`);
  expect(curl.split(TOKEN_HEADER)).toHaveLength(1 + 3);
  const grpcurl = await as('grpcurl', '--token', mayWrite);
  expect(grpcurl).toContain('"updateMask":"name"');
  expect(grpcurl).toContain(`127.0.0.1:${running.GRPC_PORT} skills.v1.SkillsService/UpdateSkill`);
  expect(grpcurl.split(TOKEN_HEADER)).toHaveLength(1 + 1);
  // A write requires a token, so the text has a place for it, even without one.
  const envelope = await as('envelope');
  expect(envelope).toContain('<UpdateSkill xmlns="urn:api-rosetta:skills:v1"><id>soap</id>');
  expect(envelope.split('>$ROSETTA_TOKEN</wsse:BinarySecurityToken>')).toHaveLength(1 + 1);
  expect(curl + grpcurl).not.toContain(mayWrite);

  const skill = `http://127.0.0.1:${running.REST_PORT}/api/skills/soap`;
  expect(await (await fetch(skill)).json()).toMatchObject({ name: 'SOAP' });
  const shell = (script: string) =>
    execFileSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, ROSETTA_TOKEN: mayWrite },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  expect(shell(curl).match(/\bIt('|&apos;)s\b/g)).toHaveLength(3);
  const filled = envelope.trim().replace('$ROSETTA_TOKEN', mayWrite).replace("It's", 'Filled');
  const type = 'content-type: text/xml; charset=utf-8';
  const address = `http://127.0.0.1:${running.SOAP_PORT}/soap`;
  expect(shell(`curl -sS ${address} -H '${type}' --data-raw '${filled}'`)).toContain('Filled');
});

test('--as has no place for a token of a public read, and needs no server', async () => {
  const { out } = await run(['query', 'getSkill', 'git', '--as', 'grpcurl'], embedded);
  expect(out).toContain('127.0.0.1:1 skills.v1.SkillsService/GetSkill');
  expect(out).not.toContain('ROSETTA_TOKEN');
});

test('a write goes through one protocol, and the embedded service stores it', async () => {
  const update = ['query', 'updateSkill', 'docker', 'etag=*', 'patch={"level":null}'];
  expect(await run(update, embedded)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--via rest'),
  });
  expect(await run([...update, '--via', 'all'], embedded)).toMatchObject({ code: 2 });
  expect(await run([...update, '--via', 'soap', '--token', mayWrite], embedded)).toMatchObject({ code: 0 });
  const after = await run(['query', 'getSkill', 'docker', 'fields=id,level', '--via', 'grpc'], embedded);
  expect(JSON.parse(after.out)).toEqual({ id: 'docker' });
});

test("progress belongs to the token's subject, and shows in a learning path", async () => {
  const token = ['--token', adas];
  const set = ['query', 'setProgress', 'git', 'status=LEARNED'];
  expect(await run([...set, '--via', 'grpc', ...token], running)).toMatchObject({ code: 0 });
  const list = await run(['query', 'listProgress', '--via', 'rest,direct', ...token], embedded);
  expect(JSON.parse(list.out)).toMatchObject({ items: [{ skillId: 'git', status: 'LEARNED' }] });
  const path = await run(['query', 'getLearningPath', 'git', '--via', 'graphql', ...token], running);
  expect(JSON.parse(path.out)).toMatchObject({ learnedIds: ['git'] });
});

test('a write without a token or without the scope prints how to make one', async () => {
  const anonymous = await run([...CREATE, '--via', 'soap'], running);
  expect(anonymous.code).toBe(1);
  expect(JSON.parse(anonymous.out).error).toMatchObject({ reason: 'TOKEN_REQUIRED' });
  const hint = 'rosetta token --scope skills:write';
  expect(anonymous.err).toContain(hint);
  const scopeless = await run([...CREATE, '--via', 'grpc', '--token', adas], running);
  expect(JSON.parse(scopeless.out).error).toMatchObject({ reason: 'SCOPE_REQUIRED' });
  expect(scopeless.err).toContain(hint);
});

test('a running server takes the calls; the same idempotency key through another protocol has no second effect', async () => {
  const environment = { ...running, ROSETTA_TOKEN: mayWrite };
  const create = [...CREATE, '--idempotency-key', 'one'];
  const first = await run([...create, '--via', 'rest'], environment);
  expect(first.code).toBe(0);
  const again = await run([...create, '--via', 'grpc'], environment);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
  const skill = await fetch(`http://127.0.0.1:${running.REST_PORT}/api/skills/vim`);
  expect(await skill.json()).toMatchObject({ name: 'Vim' });
});

test.each([
  [['query', 'getSkil', 'git'], 'did you mean getSkill?'],
  [['query', 'getSkill', 'git', 'feilds=id'], 'did you mean fields?'],
  [['query', 'createSkill', '{"skill":'], 'is not JSON'],
  [['query', 'getSkill'], 'id is required'],
  [['query', 'getSkill', 'git', 'bash'], 'takes one id'],
  [['query', 'updateSkill', 'git', '--via', 'grpc'], 'patch is required'],
  [['query', 'listSkills', 'pageSize=abc'], 'pageSize must be a whole number'],
  [['query', 'setProgress', 'git', 'status=LERNED', '--via', 'rest'], 'PLANNED, LEARNING, LEARNED'],
  [['query', 'listProgress', 'git'], 'takes no value without a name'],
  [['query', 'getSkill', 'git', '--via', 'corba'], 'rest, graphql, grpc, soap, direct'],
  [['query', 'getSkill', 'git', '--as', 'envelope', '--via', 'grpc'], 'use --via soap'],
  [['query', 'getSkill', 'git', '--wier'], '--wire'],
  [['serve', '--only', 'rset'], 'rest, graphql, grpc, soap, auth'],
  [['token', '--expires', '1w'], 'write it as 90s, 5m, 1h or 7d'],
  [['token', '--scope', 'skills:wirte'], 'choose from skills:write'],
  [['sevre'], 'serve'],
])('a mistake is a line, a hint and exit code 2: %j', async (words, hint) => {
  const { code, out, err } = await run(words, embedded);
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
