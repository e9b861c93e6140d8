/** Pasted texts work unchanged: JavaScript in Node, commands in a shell, against real servers. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { captureRequest } from '../../src/calls/call';
import { GRPC_CONTRACT } from '../../src/calls/grpc-contract';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { Operation } from '../../src/contract/skills-api';
import { formatPaste, type PasteTarget } from '../../src/wire/paste';
import { FORM_PROTOCOLS, PASTE_FORMS, type PasteForm } from '../../src/wire/paste-forms';
import { type Served, serveMap } from '../support/served';

const ROOT = join(__dirname, '../..');

let served: Served;
beforeAll(async () => {
  served = await serveMap();
});
afterAll(async () => {
  await served.stop();
});

/** With the project's tools first on the path, and the token in the variable that a paste names. */
const run = async (command: string, words: readonly string[]): Promise<string> => {
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
  const env = { ...process.env, PATH, ROSETTA_TOKEN: served.token };
  return (await promisify(execFile)(command, words, { cwd: ROOT, env })).stdout;
};

const pasted = async (
  form: PasteForm,
  via: ProtocolName,
  operation: Operation,
  input: Record<string, unknown>,
  target: PasteTarget = { address: served.address[via] },
): Promise<string> => {
  const exchange = await captureRequest(via, { operation, input, context: { token: served.token } });
  const text = formatPaste(form, operation, target, exchange!, GRPC_CONTRACT);
  expect(text).not.toContain(served.token);
  return text;
};

/** Characters that a shell or a script could interpret. */
const NAME = 'It\'s "quoted" \\n $HOME `ls` $(ls)\n\t– done';

test.each(FORM_PROTOCOLS.fetch)(
  'fetch, pasted into Node, has the same effect over %s as the client',
  async (via) => {
    const text = await pasted('fetch', via, 'updateSkill', {
      id: 'soap',
      etag: '*',
      patch: { name: `${NAME} ${via}` },
    });
    expect(await run(process.execPath, ['--input-type=module', '-e', text])).toMatch(/^200 /);
    expect((await served.service.api.getSkill({ id: 'soap' })).name).toBe(`${NAME} ${via}`);
  },
);

test('fetch prints the response, and a read needs only the address', async () => {
  const text = await pasted('fetch', 'rest', 'listSkills', { text: 'sql', pageSize: 2, fields: ['id'] });
  const [, status, body = ''] =
    /^(\d+) (.*)$/s.exec(await run(process.execPath, ['--input-type=module', '-e', text])) ?? [];
  expect(status).toBe('200');
  expect(JSON.parse(body).items).toHaveLength(2);
});

test('buf curl, pasted into a shell, has the same effect as the client', async () => {
  const text = await pasted('buf', 'grpc', 'updateSkill', {
    id: 'graphql',
    etag: '*',
    patch: { name: NAME },
  });
  expect(JSON.parse(await run('sh', ['-c', text])).skill).toMatchObject({ id: 'graphql', name: NAME });
});

test('buf curl requests the same fields as the client', async () => {
  const text = await pasted('buf', 'grpc', 'getSkill', { id: 'git', fields: ['id', 'updateTime'] });
  const { skill } = JSON.parse(await run('sh', ['-c', text]));
  expect(Object.keys(skill)).toEqual(['id', 'updateTime']);
});

test('grpcurl, parsed by a shell, has the token, the data, the address and the method', async () => {
  const input = { id: 'git', etag: '*', patch: { name: NAME, tags: [] } };
  const text = await pasted('grpcurl', 'grpc', 'updateSkill', input);
  const words = await run('sh', ['-c', text.replace(/^grpcurl /, "printf '%s\\0' ")]);
  const [plaintext, h, header, d, data = '', ...where] = words.split('\0');
  expect([plaintext, h, d]).toEqual(['-plaintext', '-H', '-d']);
  expect(header).toBe(`authorization: Bearer ${served.token}`);
  expect(JSON.parse(data)).toEqual({ id: 'git', etag: '*', patch: { name: NAME }, updateMask: 'name,tags' });
  expect(where).toEqual([served.address.grpc, 'skills.v1.SkillsService/UpdateSkill', '']);
});

test.each([
  ['curl', 'rest', '--cacert "$TLS_CA"', "'https://example.org:4001/api/skills/git'"],
  ['fetch', 'rest', 'NODE_EXTRA_CA_CERTS="$TLS_CA"', "fetch('https://example.org:4001/api/skills/git'"],
  ['grpcurl', 'grpc', '-cacert "$TLS_CA"', ' example.org:4001 '],
  ['buf', 'grpc', '--cacert "$TLS_CA"', ' https://example.org:4001/skills.v1.SkillsService/GetSkill'],
] as const)('%s names the certificate to trust, over TLS', async (form, via, trust, where) => {
  const address = via === 'grpc' ? 'example.org:4001' : 'https://example.org:4001';
  const text = await pasted(form, via, 'getSkill', { id: 'git' }, { address, tls: { ca: 'a certificate' } });
  expect(text).toContain(trust);
  expect(text).toContain(where);
  expect(text).not.toMatch(/plaintext|prior-knowledge|a certificate/);
});

test('every protocol has at least two forms, and every form a protocol', () => {
  for (const name of PROTOCOL_NAMES) {
    expect(PASTE_FORMS.filter((form) => FORM_PROTOCOLS[form].includes(name)).length).toBeGreaterThan(1);
  }
  for (const form of PASTE_FORMS) expect(FORM_PROTOCOLS[form].length).toBeGreaterThan(0);
});
