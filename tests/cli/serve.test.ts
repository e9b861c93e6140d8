/** `rosetta serve`: its output, its stop, and its errors at the start. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { tempFolder } from '../support/temp';
import { type Run, type Running, run, start, tokenFor } from './run';

const FREE = {
  REST_PORT: '0',
  GRAPHQL_PORT: '0',
  GRPC_PORT: '0',
  SOAP_PORT: '0',
  AUTH_PORT: '0',
  EXPLORER_PORT: '0',
};

const shell = (command: string): string =>
  execFileSync('sh', ['-c', `${command} -sS --fail`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Without oidc-provider's warning about older versions of Node. */
const withoutWarning = ({ code, err }: Run) => ({
  code,
  err: err.replace(/^oidc-provider WARNING: .*\n/m, ''),
});

const curlsIn = (out: string): string[] => out.match(/^ {2}curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? [];

/** The port on the line after a title. */
const portOf = (out: string, title: string): number =>
  Number(new RegExp(`^${title}\\n {2}\\S*127\\.0\\.0\\.1:(\\d+)`, 'm').exec(out)?.[1]);

test('prints an address and a call for each protocol, and every printed curl works', async () => {
  const server = start(['serve'], { ...FREE, ROSETTA_DATA: tempFolder() });
  const out = await server.printed('Press Ctrl+C');
  expect(out).toContain('API Rosetta serves 42 skills');
  expect(out).toMatch(/^gRPC\n {2}127\.0\.0\.1:\d+ .*\n {2}grpcurl -plaintext -d '\{"id":"graphql"\}'/m);
  const curls = curlsIn(out);
  expect(curls).toHaveLength(3);
  for (const curl of curls) expect(shell(curl)).toContain('GraphQL');
  const openid = `http://127.0.0.1:${portOf(out, 'Tokens')}/.well-known/openid-configuration`;
  expect(JSON.parse(shell(`curl ${openid}`))).toMatchObject({ issuer: 'http://localhost:0' });
  server.child.kill('SIGINT');
  expect(withoutWarning(await server.ended)).toEqual({ code: 0, err: '' });
}, 60_000);

test('--only auth serves nothing else', async () => {
  const server = start(['serve', '--only', 'auth'], { ...FREE, ROSETTA_DATA: tempFolder() });
  const out = await server.printed('Press Ctrl+C');
  expect(out).toMatch(/^Tokens\n {2}http/m);
  expect(out).not.toMatch(/^(REST|GraphQL|gRPC|SOAP|Explorer)\n/m);
  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0 });
});

test('a GraphQL query with errors in several items of a list does not end the process', async () => {
  const server = start(['serve', '--only', 'graphql'], { ...FREE, ROSETTA_DATA: tempFolder() });
  const out = await server.printed('Press Ctrl+C');
  // The first skill has a related one, so it becomes a promise. The second has none, so it fails at once.
  const skill = 'related { learningPath { learnedIds } } categories { skills(after: "x") { totalSize } }';
  const query = `{ skillsById(ids: ["javascript", "php"]) { skills { ${skill} } } }`;
  for (let count = 0; count < 3; count += 1) {
    const response = await fetch(`http://127.0.0.1:${portOf(out, 'GraphQL')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(errors[0]?.extensions).toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
  }
  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0, err: '' });
});

/** A request with an incomplete body, and a connection for readiness checks. */
const underWay = async (port: number) => {
  const [slow, idle] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  const texts = new Map<Socket, string>();
  for (const socket of [slow, idle]) {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text) => texts.set(socket, `${texts.get(socket) ?? ''}${text}`));
  }
  const body = JSON.stringify({ query: '{ skill(id: "git") { name } }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  slow.write(`${head}\r\n\r\n${body.slice(0, 10)}`);
  const until = async (socket: Socket, text: string) => {
    for (let looks = 0; looks < 500 && !texts.get(socket)?.includes(text); looks += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return texts.get(socket) ?? '';
  };
  return {
    finish: () => {
      slow.write(body.slice(10));
      return until(slow, '}}}');
    },
    ready: (status: string) => {
      idle.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
      return until(idle, `HTTP/1.1 ${status}`);
    },
  };
};

const serveGraphql = async (): Promise<{ server: Running; out: string; port: number }> => {
  const server = start(['serve', '--only', 'graphql'], { ...FREE, ROSETTA_DATA: tempFolder() });
  const out = await server.printed('Press Ctrl+C');
  return { server, out, port: portOf(out, 'GraphQL') };
};

test('--only graphql serves nothing else; after the stop signal, a call in flight gets its response and readiness checks fail', async () => {
  const { server, out, port } = await serveGraphql();
  expect(out).toMatch(/^GraphQL\n/m);
  expect(out).not.toMatch(/^(REST|gRPC|SOAP|Explorer|Tokens\n {2}http)/m);
  const { finish, ready } = await underWay(port);
  expect(await ready('200')).toContain('"ok"');
  server.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await ready('503')).toContain('"stopping"');
  expect(await finish()).toContain('"name":"Git"');
  expect(await server.ended).toMatchObject({ code: 0, err: '' });
}, 60_000);

test('a second signal ends the process at once', async () => {
  const { server, port } = await serveGraphql();
  const { ready } = await underWay(port);
  await ready('200');
  server.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(server.child.exitCode).toBeNull();
  const begin = performance.now();
  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 1 });
  expect(performance.now() - begin).toBeLessThan(2000);
}, 60_000);

test('--tls serves with a self-signed certificate that clients can trust, and reuses it', async () => {
  const environment = { ...FREE, ROSETTA_DATA: tempFolder() };
  const server = start(['serve', '--tls'], environment);
  const out = await server.printed('Press Ctrl+C');
  const cert = join(environment.ROSETTA_DATA, 'tls-cert.pem');
  const before = readFileSync(cert, 'utf8');
  expect(statSync(join(environment.ROSETTA_DATA, 'tls-key.pem')).mode & 0o777).toBe(0o600);
  expect(out).toContain(`grpcurl -cacert ${cert} -d`);
  const curls = curlsIn(out);
  expect(curls).toHaveLength(3);
  for (const curl of curls) expect(shell(curl)).toContain('GraphQL');

  const ports = Object.fromEntries(
    ['REST', 'GraphQL', 'gRPC', 'SOAP'].map((title) => [
      `${title.toUpperCase()}_PORT`,
      String(portOf(out, title)),
    ]),
  );
  const [, AUTH_ISSUER = ''] = /AUTH_ISSUER=(\S+) npx rosetta token/.exec(out) ?? [];
  const client = { ...environment, ...ports, TLS_CA: cert };
  const token = await tokenFor({ ...client, AUTH_ISSUER });
  const set = ['query', 'setProgress', 'git', 'status=LEARNED', '--token', token];
  expect(await run([...set, '--via', 'grpc'], client)).toMatchObject({
    code: 0,
    err: '✓ answer through gRPC\n',
  });
  const wire = await run(['query', 'listProgress', '--wire', '--token', token], client);
  expect(wire).toMatchObject({ code: 0, err: '✓ the same answer through REST, GraphQL, gRPC, SOAP\n' });
  expect(wire.out).toContain('GET /api/progress HTTP/1.1');
  expect(wire.out).toContain('"status": "LEARNED"');
  const strangers = join(tempFolder(), 'other.pem');
  writeFileSync(strangers, readFileSync((await ensureSelfSignedCertificate(tempFolder())).cert));
  const ask = ['query', 'getSkill', 'git', '--via', 'rest,grpc', '--json'];
  const refused = await run(ask, { ...client, TLS_CA: strangers });
  expect(refused.code).toBe(1);
  const unavailable = { error: { code: 'UNAVAILABLE' } };
  expect(JSON.parse(refused.out).answers).toMatchObject({ rest: unavailable, grpc: unavailable });
  server.child.kill('SIGTERM');
  expect(withoutWarning(await server.ended)).toEqual({ code: 0, err: '' });
  expect(readFileSync(cert, 'utf8')).toBe(before);
  await ensureSelfSignedCertificate(environment.ROSETTA_DATA);
  expect(readFileSync(cert, 'utf8')).toBe(before);
}, 60_000);

test('a self-signed certificate is replaced if it has expired or does not match its key', async () => {
  const folder = tempFolder();
  const { cert, key } = await ensureSelfSignedCertificate(folder);
  const dates = { notBeforeDate: new Date(0), notAfterDate: new Date(1000) };
  const expired = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', ...dates });
  for (const files of [
    [
      [cert, expired.cert],
      [key, expired.private],
    ],
    [[key, expired.private]],
  ] as const) {
    for (const [file, text] of files) writeFileSync(file, text);
    const before = readFileSync(key, 'utf8');
    await ensureSelfSignedCertificate(folder);
    expect(readFileSync(key, 'utf8')).not.toBe(before);
  }
});

test('--help names every variable that the configuration reads', async () => {
  const { out } = await run(['serve', '--help']);
  const source = readFileSync(join(__dirname, '../../src/app/config.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(12);
  for (const name of names) expect(out).toContain(name);
});

const taken = createServer();
beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => taken.close(resolve)));

test('a port in use is one line and exit code 1', async () => {
  const { port } = taken.address() as { port: number };
  // The other protocols are in tests/app/servers.test.ts.
  for (const name of ['REST', 'AUTH', 'METRICS']) {
    const environment = { ...FREE, [`${name}_PORT`]: String(port), ROSETTA_DATA: tempFolder() };
    const only = name === 'METRICS' ? 'rest' : name.toLowerCase();
    expect(withoutWarning(await run(['serve', '--only', only], environment))).toEqual({
      code: 1,
      err: `error: ${name}_PORT ${port} on 127.0.0.1 is already in use\n`,
    });
  }
}, 60_000);

test('a bad variable is one line that names it and exit code 1', async () => {
  const { code, err } = await run(['serve'], { ...FREE, SOAP_PORT: '70000', ROSETTA_DATA: tempFolder() });
  expect({ code, err }).toEqual({
    code: 1,
    err: 'error: SOAP_PORT must be a whole number from 0 to 65535, got "70000"\n',
  });
});

test('plain text is limited to this machine unless PLAIN_TEXT allows more', async () => {
  const { code, err } = await run(['serve'], { ...FREE, HOST: '0.0.0.0', ROSETTA_DATA: tempFolder() });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: HOST 0\.0\.0\.0 [^\n]*PLAIN_TEXT=allow[^\n]*\n$/);
});

test('an unusable data folder is one line and exit code 1', async () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  const { code, err } = await run(['serve'], { ...FREE, ROSETTA_DATA: join(file, 'data') });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: Cannot use the data folder [^\n]*\n$/);
});
