/** A relay forwards everything unchanged, with and without a distance. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/compare/scenarios/support/random';
import { dial, echo, exchange, receive, refused, relayTo, serve } from './sockets';

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const WITH_AND_WITHOUT = [
  ['without a distance', undefined],
  ['over 10 ms', { rttMs: 10, bandwidthMbit: 1000 }],
] as const;

describe.each(WITH_AND_WITHOUT)('%s:', (_, distance) => {
  test('random chunks arrive complete, in order, and are counted as both ends count them', async () => {
    const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`FC_SEED=${seed}`);
    const random = createRandom(seed);
    const accepted: Socket[] = [];
    const { port } = await serve((socket) => echo(socket) ?? accepted.push(socket));
    const relay = await relayTo(port, distance);
    const sockets = [1, 2, 3].map(() => dial(relay.address));
    await Promise.all(
      sockets.map(async (socket) => {
        const chunks = Array.from({ length: 40 }, () => randomBytes(1 + Math.floor(random() ** 4 * 200_000)));
        const sent = Buffer.concat(chunks);
        const received = receive(socket, sent.length);
        for (const chunk of chunks) {
          socket.write(chunk);
          if (random() < 0.3) await sleep(1);
          if (distance && random() < 0.1) relay.setDistance({ rttMs: random() * 15, bandwidthMbit: 1000 });
        }
        expect(sha(await received)).toBe(sha(sent));
      }),
    );
    const total = (all: readonly Socket[], of: 'bytesRead' | 'bytesWritten') =>
      all.reduce((sum, socket) => sum + socket[of], 0);
    expect(relay.bytes.up).toBe(total(sockets, 'bytesWritten'));
    expect(relay.bytes.up).toBe(total(accepted, 'bytesRead'));
    expect(relay.bytes.down).toBe(total(accepted, 'bytesWritten'));
    expect(relay.bytes.down).toBe(total(sockets, 'bytesRead'));
  });

  test('a client that has ended its side still gets the response, and then the end', async () => {
    const { port } = await serve((socket) => socket.on('end', () => socket.end('answer')).resume());
    const socket = dial((await relayTo(port, distance)).address);
    socket.end('question');
    const ended = once(socket, 'end');
    expect(String(await receive(socket, 6))).toBe('answer');
    await ended;
  });

  test('a server that has ended its side still gets the bytes of the client', async () => {
    const heard = new Promise<Buffer>((resolve) => {
      void serve((socket) => void receive(socket.end('bye'), 4).then(resolve)).then(async ({ port }) => {
        const socket = dial((await relayTo(port, distance)).address);
        await once(socket.resume(), 'end');
        socket.write('wait');
      });
    });
    expect(String(await heard)).toBe('wait');
  });

  test('a connection that the server resets is reset after the bytes before', async () => {
    const { port } = await serve((socket) => {
      socket.once('data', () =>
        socket.write(Buffer.alloc(20_000), () => setTimeout(() => socket.resetAndDestroy(), 5)),
      );
    });
    const socket = dial((await relayTo(port, distance)).address);
    socket.write('?');
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    await receive(socket, 20_000);
    expect((await failed).code).toBe('ECONNRESET');
  });

  test('a connection that the client resets is reset for the server', async () => {
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => {
      void serve((socket) => echo(socket) ?? socket.once('error', resolve)).then(async ({ port }) => {
        const socket = dial((await relayTo(port, distance)).address);
        await exchange(socket);
        socket.resetAndDestroy();
      });
    });
    expect((await failed).code).toBe('ECONNRESET');
  });

  test('a client of an unreachable server is reset', async () => {
    const { port, server } = await serve(echo);
    server.close();
    const socket = dial((await relayTo(port, distance)).address);
    await expect(once(socket, 'end')).rejects.toThrow('ECONNRESET');
  });

  test('a server is stopped where its client does not read, and the client gets all when it does', async () => {
    const count = 48 * 2 ** 20;
    const { port } = await serve(
      (socket) => void socket.once('data', () => socket.write(Buffer.alloc(count))),
    );
    const relay = await relayTo(port, distance);
    const socket = dial(relay.address);
    socket.write('?');
    for (let seen = -1; seen !== relay.bytes.down || seen === 0; await sleep(50)) seen = relay.bytes.down;
    expect(relay.bytes.down).toBeLessThan(count / 2);
    relay.setDistance({ rttMs: 0 });
    expect((await receive(socket, count)).length).toBe(count);
    expect(relay.bytes.down).toBe(count);
  });

  test('stop ends both sides, frees the port and delivers nothing more', async () => {
    let received = 0;
    const accepted: Socket[] = [];
    const { port } = await serve((socket) =>
      accepted.push(socket.on('data', ({ length }) => (received += length))),
    );
    const relay = await relayTo(port, distance);
    const socket = dial(relay.address);
    socket.write('x');
    while (received === 0) await sleep(1);
    const closed = Promise.all([once(socket.resume(), 'end'), once(accepted[0] as Socket, 'end')]);
    const before = received;
    if (distance) socket.write('under way');
    while (distance && relay.bytes.up === before) await sleep(1);
    await relay.stop();
    await closed;
    await sleep(15);
    expect(received).toBe(before);
    expect(await refused(relay.address)).toBe('ECONNREFUSED');
  });
});
