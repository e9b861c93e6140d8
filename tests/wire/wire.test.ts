/**
 * The exact bytes of each request and response, the four protocols one after the other in one file per scene. A change
 * here is a change for every caller: read the new file before you commit it (UPDATE_GOLDEN=1 npx jest tests/wire).
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { PROTOCOLS } from '../../src/app/servers';
import { openService, type SkillsServiceHandle } from '../../src/app/service';
import { type Call, callProtocol } from '../../src/calls/call';
import { GRPC_CONTRACT } from '../../src/calls/grpc-contract';
import { TITLES } from '../../src/compare/report/format';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { OPERATION_NAMES } from '../../src/contract/skills-api';
import { formatExchange } from '../../src/wire/exchange-text';
import { tempFolder } from '../support/temp';
import { MAP, SCENES, type Scene } from './scenes';

const GOLDEN = join(__dirname, 'golden');
const UPDATE = process.env.UPDATE_GOLDEN === '1';

const goldenFile = ({ title }: Scene): string => join(GOLDEN, `${title}.txt`);

/** A service with the map above, a clock that stands still and a known secret, so that every byte is determined. */
const stillService = async () => {
  const folder = tempFolder();
  const clock = () => new Date('2026-06-07T08:09:10.111Z');
  await (await openService({ dataFolder: folder, seed: MAP, clock })).close();
  const [file] = readdirSync(folder);
  const database = new Database(join(folder, file as string));
  database.prepare('update state set page_token_secret = ?').run(['golden']);
  database.close();
  const service = await openService({ dataFolder: folder, clock });
  await service.api.setProgress(
    { skillId: 'json', status: 'LEARNED' },
    { token: await service.identity.issue({ subject: 'ada' }) },
  );
  return service;
};

const contextOf = async (
  { scopes, idempotencyKey }: Scene,
  { identity }: SkillsServiceHandle,
): Promise<Call['context']> => ({
  ...(scopes && { token: await identity.issue({ subject: 'ada', scopes }) }),
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

const transcript = async (scene: Scene, protocol: ProtocolName): Promise<string> => {
  const service = await stillService();
  const server = await PROTOCOLS[protocol].serve(service.api, {
    host: '127.0.0.1',
    port: 0,
    graph: service.graph,
  });
  try {
    const question = { ...scene, context: await contextOf(scene, service) };
    const { exchange } = await callProtocol(protocol, question, server.address, { wire: true });
    return exchange
      ? formatExchange(protocol, scene.operation, exchange, GRPC_CONTRACT)
      : '(no request was made)';
  } finally {
    await server.stop();
    await service.close();
  }
};

/** What is a time, a port or a version of somebody else's library. */
const settled = (text: string): string =>
  text
    .replace(/^date: .*$/gim, 'Date: (time)')
    .replace(/^host: .*$/gim, 'host: (host)')
    .replace(/^grpc-timeout: .*$/gim, 'grpc-timeout: (time)')
    .replace(/^user-agent: .*$/gim, 'user-agent: (version)');

describe('the wire', () => {
  test.each(SCENES)('$title goes over each wire as it is written down', async (scene) => {
    const blocks = await Promise.all(
      PROTOCOL_NAMES.map(
        async (name) => `=== ${TITLES[name]}\n\n${settled(await transcript(scene, name))}\n`,
      ),
    );
    const text = `${scene.operation} ${JSON.stringify(scene.input)}\n\n${blocks.join('\n')}`;
    const file = goldenFile(scene);
    if (UPDATE) writeFileSync(file, text);
    expect(existsSync(file)).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('every operation has a golden file, and every golden file a scene', () => {
    expect(new Set(SCENES.map(({ operation }) => operation))).toEqual(new Set(OPERATION_NAMES));
    expect(readdirSync(GOLDEN).sort()).toEqual(SCENES.map(({ title }) => `${title}.txt`).sort());
  });
});
