/** Starting and stopping; what the servers answer is in tests/contract. */
import { createServer } from 'node:net';
import { PROTOCOL_NAMES, type ProtocolName } from '../src/contract/protocol';
import { PROTOCOLS, startServers, stopServers } from '../src/servers';
import { SMALL_MAP } from './support/small-map';
import { tempService } from './support/temp';

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

test('all four serve one catalogue, each on a port of its own, and give the ports back', async () => {
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

test('one protocol can be served alone', async () => {
  const servers = await startServers(await tempService(SMALL_MAP), { host, ports: FREE, only: ['grpc'] });
  expect([...servers.keys()]).toEqual(['grpc']);
  await stopServers(servers);
});

test.each(PROTOCOL_NAMES)(
  'a taken port of %s is said in one line, and the other servers are stopped',
  async (name) => {
    const service = await tempService(SMALL_MAP);
    const first = await startServers(service, { host, ports: FREE });
    const ports = Object.fromEntries(Array.from(first, ([other, { address }]) => [other, portOf(address)]));
    await stopServers(first);
    const taken = await takenPort();
    const wanted = { ...(ports as Record<ProtocolName, number>), [name]: taken.port };
    const refused = await startServers(service, { host, ports: wanted }).catch(String);
    await taken.free();
    expect(refused).toBe(`Error: ${name.toUpperCase()}_PORT ${taken.port} on 127.0.0.1 is already in use`);
    await stopServers(await startServers(service, { host, ports: wanted }));
  },
);
