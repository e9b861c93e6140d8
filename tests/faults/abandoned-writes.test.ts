/** Writes that wait for the lock of another process while their client cancels, disconnects or times out: none has an effect. */
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { openService } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { sendRequest } from '../guards/requests';
import { tempFolder } from '../support/temp';
import { scrape } from '../telemetry/scrape';
import { type Clients, closeAll, connectAll } from './clients';
import { readContents } from './database-contents';
import { type Lock, type ServerProcess, startLockHolder, startServer } from './processes';

const dataFolder = tempFolder();
let token: string;
let server: ServerProcess;
let lock: Lock;
let clients: Clients;

beforeAll(async () => {
  const { identity, close } = await openService({ dataFolder });
  token = await identity.issue({ subject: 'ada', scopes: ['skills:write'] });
  await close();
  lock = startLockHolder(dataFolder);
  server = await startServer(dataFolder, { METRICS_PORT: '0' });
  clients = connectAll(server.address, { token });
  // The first call loads modules. Loading them now lets later writes reach the lock quickly.
  for (const client of Object.values(clients))
    await client.setProgress({ skillId: 'git', status: 'PLANNED' });
});
/** Waits until the metrics of the server report so many calls in flight. */
const waitForCallsInFlight = async (protocol: ProtocolName, count: number): Promise<void> => {
  for (;;) {
    const metric = await scrape(server.metrics);
    if (metric('rosetta_calls_in_flight', { protocol }) === count) return;
    await sleep(5);
  }
};

/** Runs the work while another process holds the write lock. */
const whileLocked = async <T>(work: () => Promise<T>): Promise<T> => {
  await lock.take();
  try {
    return await work();
  } finally {
    await lock.release();
  }
};

/** A TCP proxy to the server that can break its connections. */
const startBreakableProxy = async (address: string) => {
  const { port, hostname } = new URL(address.includes('://') ? address : `http://${address}`);
  const sockets: Socket[] = [];
  const listener = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port: nearPort } = listener.address() as AddressInfo;
  return {
    address: address.replace(port, String(nearPort)),
    breakConnections: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
};

type Abandon = (protocol: ProtocolName, id: string) => Promise<void>;

const newSkill = (id: string, name: string) => ({ skill: { id, name, categoryIds: ['databases'] } });

/** Each sends a write with the idempotency key `id`, abandons it while it waits, and resolves when the client has the error. */
const WAYS: Readonly<Record<string, Abandon>> = {
  'a write whose client cancels': async (protocol, id) => {
    const controller = new AbortController();
    const context = { idempotencyKey: id, signal: controller.signal };
    const call = clients[protocol].createSkill(newSkill(id, 'Abandoned'), context);
    const rejected = expect(call).rejects.toThrow('enough');
    await waitForCallsInFlight(protocol, 1);
    controller.abort(new Error('enough'));
    await rejected;
  },
  'a write whose connection breaks': async (protocol, id) => {
    const proxy = await startBreakableProxy(server.address[protocol]);
    const client = PROTOCOLS[protocol].connect(proxy.address, { token });
    const call = client.createSkill(newSkill(id, 'Abandoned'), { idempotencyKey: id });
    const rejected = expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'CONNECTION_FAILED' });
    await waitForCallsInFlight(protocol, 1);
    proxy.breakConnections();
    await rejected;
    await client.close();
  },
  'a write whose deadline passes': async (protocol, id) => {
    const headers = { 'request-timeout': '0.1', 'grpc-timeout': '100m' };
    const response = await sendRequest(server, protocol, 'write', {
      token,
      key: id,
      name: 'Abandoned',
      headers,
    });
    expect(response.code).toBe('DEADLINE_EXCEEDED');
  },
};

describe.each(Object.entries(WAYS))('%s:', (name, abandon) => {
  test.each(PROTOCOL_NAMES)('%s makes no change and leaves the idempotency key unused', async (protocol) => {
    const id = `${name.replaceAll(' ', '-')}-${protocol}`;
    const before = readContents(dataFolder);
    await whileLocked(async () => {
      await abandon(protocol, id);
      await waitForCallsInFlight(protocol, 0);
    });
    // Writes run one after another: when this one is done, no earlier one is pending.
    const input = newSkill(id, 'Something else');
    const made = await clients[protocol].createSkill(input, { idempotencyKey: id });
    expect(made).toMatchObject(input.skill);
    const after = readContents(dataFolder);
    expect(after.revision).toBe(before.revision + 1);
    expect([...after.log].filter(([, revision]) => revision > before.revision)).toEqual([
      [made.id, after.revision],
    ]);
    expect(after.skills.get(made.id)).toStrictEqual(made);
    expect(JSON.parse(after.answers.get(id)!)).toStrictEqual(made);
    expect(after.answers.size).toBe(before.answers.size + 1);
  });
});

test.each(PROTOCOL_NAMES)('%s serves reads of skills and progress while a write waits', async (protocol) => {
  const api = clients[protocol];
  await lock.take();
  const write = api.createSkill(newSkill(`waiting-${protocol}`, 'Waiting'));
  await waitForCallsInFlight(protocol, 1);
  expect(await api.getSkill({ id: 'git', fields: ['id'] })).toEqual({ id: 'git' });
  expect(await api.listProgress({})).toMatchObject({
    items: [{ skillId: 'git', status: 'PLANNED' }],
  });
  await lock.release();
  expect(await write).toMatchObject({ name: 'Waiting' });
});

test('the gRPC client reports CONNECTION_FAILED for a stream that ends without a status', async () => {
  const silent = createHttp2Server().on('stream', (stream) => stream.close());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const client = PROTOCOLS.grpc.connect(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
  await expect(client.getSkill({ id: 'git' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    reason: 'CONNECTION_FAILED',
  });
  await client.close();
  await new Promise((resolve) => silent.close(resolve));
});

test('the server logs no internal error and stops with exit code 0', async () => {
  await closeAll(clients);
  await lock.close();
  server.child.kill('SIGTERM');
  expect(await server.ended).toStrictEqual({ code: 0, signal: null, err: '' });
});
