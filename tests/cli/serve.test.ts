/** `rosetta serve`: what it prints, how it stops, and what it says when it cannot start. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '../support/temp';
import { run, start } from './run';

const FREE = { REST_PORT: '0', GRAPHQL_PORT: '0', GRPC_PORT: '0', SOAP_PORT: '0' };

test('prints an address and a call for each protocol, and every curl of them works', async () => {
  const server = start(['serve'], { ...FREE, ROSETTA_DATA: tempFolder() });
  const out = await server.printed('Press Ctrl+C');
  expect(out).toContain('API Rosetta serves 42 skills');
  expect(out).toMatch(/^gRPC\n {2}127\.0\.0\.1:\d+ .*\n {2}grpcurl -plaintext -d '\{"id":"graphql"\}'/m);
  const curls = out.match(/^ {2}curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? [];
  expect(curls).toHaveLength(3);
  for (const curl of curls) {
    expect(execFileSync('sh', ['-c', `${curl} -sS --fail`], { encoding: 'utf8' })).toContain('GraphQL');
  }
  server.child.kill('SIGINT');
  expect(await server.ended).toMatchObject({ code: 0, err: '' });
});

const taken = createServer();
beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => taken.close(resolve)));

test('a port in use is one line and exit code 1', async () => {
  const { port } = taken.address() as { port: number };
  for (const name of ['REST', 'GRAPHQL', 'GRPC', 'SOAP']) {
    const environment = { ...FREE, [`${name}_PORT`]: String(port), ROSETTA_DATA: tempFolder() };
    const { code, err } = await run(['serve', '--only', name.toLowerCase()], environment);
    expect({ code, err }).toEqual({
      code: 1,
      err: `error: ${name}_PORT ${port} on 127.0.0.1 is already in use\n`,
    });
  }
});

test('a bad variable is one line that names it and exit code 1', async () => {
  const { code, err } = await run(['serve'], { ...FREE, SOAP_PORT: '70000', ROSETTA_DATA: tempFolder() });
  expect({ code, err }).toEqual({
    code: 1,
    err: 'error: SOAP_PORT must be a whole number from 0 to 65535, not "70000"\n',
  });
});

test('a data folder that cannot be one is one line and exit code 1', async () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  const { code, err } = await run(['serve'], { ...FREE, ROSETTA_DATA: join(file, 'data') });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: Cannot use the data folder [^\n]*\n$/);
});
