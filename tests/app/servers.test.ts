/** Starting and stopping the servers; tests/contract checks their answers. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSelfSignedCertificate } from '../../src/app/self-signed-certificate';
import { PROTOCOLS, startServers, stopServers } from '../../src/app/servers';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import type { SkillsApi } from '../../src/contract/skills-api';
import { NO_GRAPH } from '../support/implementations';
import { errorOf as refusal } from '../support/outcome';
import { apiThat } from '../support/plain-api';
import { SMALL_MAP } from '../support/small-map';
import { tempFolder, tempService } from '../support/temp';

const host = '127.0.0.1';
const FREE = { rest: 0, graphql: 0, grpc: 0, soap: 0 };

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

const takenPort = async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, free: () => new Promise((resolve) => server.close(resolve)) };
};

test('all four protocols serve one catalogue on their own ports, and a stop frees the ports', async () => {
  const service = await tempService(SMALL_MAP);
  const servers = await startServers(service, { host, ports: FREE });
  expect([...servers.keys()]).toEqual(PROTOCOL_NAMES);
  for (const [name, server] of servers) {
    const client = PROTOCOLS[name].connect(server.address);
    expect(await client.getSkill({ id: 'git', fields: ['name'] })).toEqual({ name: 'Git' });
    await client.close();
  }
  const ports = Object.fromEntries(Array.from(servers, ([name, { address }]) => [name, portOf(address)]));
  await stopServers(servers);
  await stopServers(await startServers(service, { host, ports: ports as Record<ProtocolName, number> }));
});

test('only the selected protocol is served', async () => {
  const servers = await startServers(await tempService(SMALL_MAP), { host, ports: FREE, only: ['grpc'] });
  expect([...servers.keys()]).toEqual(['grpc']);
  await stopServers(servers);
});

test.each(PROTOCOL_NAMES)(
  'a taken port of %s is reported in one line, and the other servers are stopped',
  async (name) => {
    const service = await tempService(SMALL_MAP);
    const first = await startServers(service, { host, ports: FREE });
    const ports = Object.fromEntries(Array.from(first, ([other, { address }]) => [other, portOf(address)]));
    await stopServers(first);
    const taken = await takenPort();
    const wanted = { ...(ports as Record<ProtocolName, number>), [name]: taken.port };
    const error = await startServers(service, { host, ports: wanted }).catch(String);
    await taken.free();
    expect(error).toBe(`Error: ${name.toUpperCase()}_PORT ${taken.port} on 127.0.0.1 is already in use`);
    await stopServers(await startServers(service, { host, ports: wanted }));
  },
);

describe('stopping', () => {
  /** One call per protocol, each by its own client, that the service has received; `answer` decides when it ends. */
  const startCalls = async (answer: () => Promise<never>) => {
    let arrived = 0;
    const api: SkillsApi = apiThat(() => {
      arrived += 1;
      return answer();
    });
    const servers = await startServers({ api, graph: () => NO_GRAPH }, { host, ports: FREE });
    const clients = Array.from(servers, ([name, { address }]) => PROTOCOLS[name].connect(address));
    const calls = clients.map((client) => client.deleteSkill({ id: 'git', etag: '*' }));
    for (const call of calls) call.catch(() => undefined);
    while (arrived < calls.length) await sleep(5);
    return { servers, calls, close: () => Promise.all(clients.map((client) => client.close())) };
  };

  test('lets the calls in flight of all four protocols finish, and then ends at once', async () => {
    const { servers, calls, close } = await startCalls(async () => (await sleep(300)) as never);
    const begin = performance.now();
    await stopServers(servers, { graceMs: 20_000 });
    expect(await Promise.all(calls)).toStrictEqual(calls.map(() => undefined));
    expect(performance.now() - begin).toBeLessThan(10_000);
    await close();
  });

  test.each([0, 200])('ends calls that are still in flight after %d ms', async (graceMs) => {
    const { servers, calls, close } = await startCalls(() => new Promise<never>(() => undefined));
    const begin = performance.now();
    await stopServers(servers, { graceMs });
    expect(performance.now() - begin).toBeGreaterThan(graceMs - 5);
    expect(performance.now() - begin).toBeLessThan(graceMs + 3000);
    expect(await Promise.all(calls.map(refusal))).toMatchObject(calls.map(() => ({ code: 'UNAVAILABLE' })));
    await close();
  });
});

test('all four protocols serve over TLS to clients that trust the certificate, and to no others', async () => {
  const files = await ensureSelfSignedCertificate(tempFolder());
  const [cert, key] = [readFileSync(files.cert, 'utf8'), readFileSync(files.key, 'utf8')];
  const service = await tempService(SMALL_MAP);
  const servers = await startServers(service, { host, ports: FREE, tls: { cert, key } });
  for (const [name, { address }] of servers) {
    const plain = address.replace('https:', 'http:');
    const getName = async (target: string, options: Parameters<(typeof PROTOCOLS)['rest']['connect']>[1]) => {
      const client = PROTOCOLS[name].connect(target, { timeoutMs: 5000, ...options });
      try {
        return await client.getSkill({ id: 'git', fields: ['name'] });
      } finally {
        await client.close();
      }
    };
    expect(await getName(address, { tls: { ca: cert } })).toStrictEqual({ name: 'Git' });
    for (const call of [getName(address, { tls: {} }), getName(plain, {})]) {
      expect(await refusal(call)).toMatchObject({ code: 'UNAVAILABLE', reason: 'CONNECTION_FAILED' });
    }
  }
  await stopServers(servers);
});
