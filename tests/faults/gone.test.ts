/** A write that waits for another process's lock, and whose caller gives it up meanwhile: nothing of it is there, in any protocol. */
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOLS } from '../../src/app/servers';
import { openService } from '../../src/app/service';
import { PROTOCOL_NAMES, type ProtocolName } from '../../src/contract/protocol';
import { ask } from '../guards/ask';
import { tempFolder } from '../support/temp';
import { scrape } from '../telemetry/scrape';
import { type Clients, closeAll, connectAll } from './clients';
import { readContents } from './file';
import { type Lock, lockOf, type ServerProcess, startServer } from './processes';

const dataFolder = tempFolder();
let token: string;
let server: ServerProcess;
let lock: Lock;
let clients: Clients;

beforeAll(async () => {
  const { identity, close } = await openService({ dataFolder });
  token = await identity.issue({ subject: 'ada', scopes: ['skills:write'] });
  await close();
  lock = lockOf(dataFolder);
  server = await startServer(dataFolder, { METRICS_PORT: '0' });
  clients = connectAll(server.address, { token });
  // What is loaded when it is first used is loaded now, so that a write gets as far as the lock in no time.
  for (const client of Object.values(clients))
    await client.setProgress({ skillId: 'git', status: 'PLANNED' });
});
/** In flight, as the server counts. */
const until = async (protocol: ProtocolName, count: number): Promise<void> => {
  for (;;) {
    const metric = await scrape(server.metrics);
    if (metric('rosetta_calls_in_flight', { protocol }) === count) return;
    await sleep(5);
  }
};

/** While another process holds the lock. */
const locked = async <T>(work: () => Promise<T>): Promise<T> => {
  await lock.take();
  try {
    return await work();
  } finally {
    await lock.release();
  }
};

/** A way to the server that can be cut. */
const cutable = async (address: string) => {
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
    cut: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
};

type GiveUp = (protocol: ProtocolName, id: string) => Promise<void>;

const newSkill = (id: string, name: string) => ({ skill: { id, name, categoryIds: ['databases'] } });

/** Each sends a write with `id` as its key, gives it up while it waits, and resolves when the caller has heard so. */
const WAYS: Readonly<Record<string, GiveUp>> = {
  'its caller cancels': async (protocol, id) => {
    const controller = new AbortController();
    const context = { idempotencyKey: id, signal: controller.signal };
    const call = clients[protocol].createSkill(newSkill(id, 'Given up'), context);
    const heard = expect(call).rejects.toThrow('enough');
    await until(protocol, 1);
    controller.abort(new Error('enough'));
    await heard;
  },
  'its connection breaks': async (protocol, id) => {
    const way = await cutable(server.address[protocol]);
    const client = PROTOCOLS[protocol].connect(way.address, { token });
    const call = client.createSkill(newSkill(id, 'Given up'), { idempotencyKey: id });
    const heard = expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'CONNECTION_FAILED' });
    await until(protocol, 1);
    way.cut();
    await heard;
    await client.close();
  },
  'its deadline passes': async (protocol, id) => {
    const headers = { 'request-timeout': '0.1', 'grpc-timeout': '100m' };
    const seen = await ask(server, protocol, 'write', { token, key: id, name: 'Given up', headers });
    expect(seen.code).toBe('DEADLINE_EXCEEDED');
  },
};

describe.each(Object.entries(WAYS))('%s:', (name, giveUp) => {
  test.each(PROTOCOL_NAMES)('%s leaves nothing of it, and its key is free', async (protocol) => {
    const id = `${name.replaceAll(' ', '-')}-${protocol}`;
    const before = readContents(dataFolder);
    await locked(async () => {
      await giveUp(protocol, id);
      await until(protocol, 0);
    });
    // Writes take turns: where this one is done, there is none before it.
    const input = newSkill(id, 'Something else');
    const made = await clients[protocol].createSkill(input, { idempotencyKey: id });
    expect(made).toMatchObject(input.skill);
    const after = readContents(dataFolder);
    expect(after.log.slice(before.log.length)).toStrictEqual([
      { revision: before.revision + 1, puts: [made], deletes: [] },
    ]);
    expect(JSON.parse(after.answers.get(id)!)).toStrictEqual(made);
    expect(after.answers.size).toBe(before.answers.size + 1);
  });
});

test.each(PROTOCOL_NAMES)(
  '%s: while a write waits, reads go on, also those of progress',
  async (protocol) => {
    const api = clients[protocol];
    await lock.take();
    const write = api.createSkill(newSkill(`waiting-${protocol}`, 'Waiting'));
    await until(protocol, 1);
    expect(await api.getSkill({ id: 'git', fields: ['id'] })).toEqual({ id: 'git' });
    expect(await api.listProgress({})).toMatchObject([{ skillId: 'git', status: 'PLANNED' }]);
    await lock.release();
    expect(await write).toMatchObject({ name: 'Waiting' });
  },
);

test('grpc: a stream that ends without a status is a connection that failed', async () => {
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

test('none of it was a fault of ours, and nothing holds up the end', async () => {
  await closeAll(clients);
  await lock.close();
  server.child.kill('SIGTERM');
  expect(await server.ended).toStrictEqual({ code: 0, signal: null, err: '' });
});
