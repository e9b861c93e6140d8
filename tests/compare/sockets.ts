/** Servers and clients on real sockets, closed at the end of the test. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Distance } from '../../src/wire/distance';
import { type Relay, startRelay } from '../../src/wire/relay';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Functions to call at the end of the test, the last one first. */
export const atEnd = (close: () => unknown): void => {
  closers.push(close);
};

/** Starts a server with a handler for each connection. Half-open connections stay half-open. */
export const serve = async (
  onConnection: (socket: Socket) => void,
): Promise<{ port: number; server: Server }> => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
};

export const relayTo = async (port: number, distance?: Distance): Promise<Relay> => {
  const relay = await startRelay(`127.0.0.1:${port}`, { distance });
  atEnd(relay.stop);
  return relay;
};

export const dial = (address: string): Socket => {
  const port = Number(address.split(':').at(-1));
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }).on(
    'error',
    () => {},
  );
  atEnd(() => socket.destroy());
  return socket;
};

export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

/** Resolves to all received bytes when there are `count` or more. */
export const receive = (socket: Socket, count: number): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    socket.on('data', function take(chunk: Buffer) {
      received += chunks.push(chunk) && chunk.length;
      if (received < count) return;
      socket.off('data', take);
      resolve(Buffer.concat(chunks));
    });
  });

export const exchange = async (socket: Socket, bytes = 1): Promise<number> => {
  const sent = performance.now();
  socket.write(Buffer.alloc(bytes));
  await receive(socket, bytes);
  return performance.now() - sent;
};

/** The error code of a connection attempt, if any. */
export const refused = async (address: string): Promise<string | undefined> => {
  const socket = connect(Number(address.split(':').at(-1)), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
};
