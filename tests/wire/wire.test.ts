/**
 * The exact bytes of each request and response: one golden file per call, with a block for each protocol. A changed file
 * is a change for every client: read it before you commit it (UPDATE_GOLDEN=1 npx jest tests/wire).
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
import { GOLDEN_CALLS, GOLDEN_MAP, type GoldenCall } from './golden-calls';

const GOLDEN = join(__dirname, 'golden');
const UPDATE = process.env.UPDATE_GOLDEN === '1';

const goldenFile = ({ title }: GoldenCall): string => join(GOLDEN, `${title}.txt`);

/** A service on the catalogue of the golden files, with a fixed clock and a fixed secret, so that every byte is determined. */
const openFixedService = async () => {
  const folder = tempFolder();
  const clock = () => new Date('2026-06-07T08:09:10.111Z');
  await (await openService({ dataFolder: folder, seed: GOLDEN_MAP, clock })).close();
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
  { scopes, idempotencyKey }: GoldenCall,
  { identity }: SkillsServiceHandle,
): Promise<Call['context']> => ({
  ...(scopes && { token: await identity.issue({ subject: 'ada', scopes }) }),
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

const transcript = async (scene: GoldenCall, protocol: ProtocolName): Promise<string> => {
  const service = await openFixedService();
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

/** Replaces times, ports and versions of libraries by fixed text. */
const withoutVariableParts = (text: string): string =>
  text
    .replace(/^date: .*$/gim, 'Date: (time)')
    .replace(/^host: .*$/gim, 'host: (host)')
    .replace(/^grpc-timeout: .*$/gim, 'grpc-timeout: (time)')
    .replace(/^user-agent: .*$/gim, 'user-agent: (version)');

describe('golden files', () => {
  test.each(GOLDEN_CALLS)(
    '$title has the exact bytes of its golden file in every protocol',
    async (scene) => {
      const blocks = await Promise.all(
        PROTOCOL_NAMES.map(
          async (name) => `=== ${TITLES[name]}\n\n${withoutVariableParts(await transcript(scene, name))}\n`,
        ),
      );
      const text = `${scene.operation} ${JSON.stringify(scene.input)}\n\n${blocks.join('\n')}`;
      const file = goldenFile(scene);
      if (UPDATE) writeFileSync(file, text);
      expect(existsSync(file)).toBe(true);
      expect(text).toBe(readFileSync(file, 'utf8'));
    },
  );

  test('every operation has a golden file, and every golden file belongs to a call', () => {
    expect(new Set(GOLDEN_CALLS.map(({ operation }) => operation))).toEqual(new Set(OPERATION_NAMES));
    expect(readdirSync(GOLDEN).sort()).toEqual(GOLDEN_CALLS.map(({ title }) => `${title}.txt`).sort());
  });
});
